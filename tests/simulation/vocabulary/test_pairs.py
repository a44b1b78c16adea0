"""Pairs: every one has partners and a source, and the published orders hold."""

from __future__ import annotations

import pytest

from simulation.engine.bond import (
    Bonds,
    adhesion_chance,
    catch_slip,
    contact_bonds,
    firm_bonds,
    relaxed_bonds,
    resting_bonds,
    together,
)
from simulation.processes.adhesion.icam1_binding import ICAM1Binding
from simulation.vocabulary.molecules import LFA1_ICAM1, MOLECULES
from simulation.vocabulary.pairs import MATRIX, PAIRS, STAGES, pairs_of


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_partners_are_molecules_and_the_source_is_told(name: str) -> None:
    pair = PAIRS[name]
    assert pair.name == name and pair.stage in STAGES and pair.source
    assert pair.receptor in MOLECULES and (pair.ligand in MOLECULES or pair.ligand == MATRIX)
    assert (pair.stage == "matrix") == (pair.ligand == MATRIX)
    assert (pair.stage == "homotypic") == (pair.ligand == pair.receptor)
    assert (pair.catch_off > 0.0) == (pair.catch_length > 0.0)


def test_every_stage_has_its_pairs() -> None:
    assert sorted(p.name for stage in STAGES for p in pairs_of(stage)) == sorted(PAIRS)
    assert {p.receptor for p in pairs_of("tether")} == {"p_selectin", "e_selectin", "l_selectin"}
    assert {p.receptor for p in pairs_of("firm")} == {"lfa1", "mac1", "vla4"}


def test_lfa1_is_one_and_the_same_in_both_forms() -> None:
    pair, bond = PAIRS["lfa1_icam1"], LFA1_ICAM1
    assert (pair.acka, pair.intermediate, pair.opened) == (bond.acka_closed, bond.intermediate_ratio, bond.open_ratio)
    assert pair.off == bond.off_open


@pytest.mark.parametrize(("f_i", "f_o", "chance"), [(0.0, 1.0, 0.999), (1.0, 0.0, 0.11), (0.0, 0.0, 0.005)])
def test_the_chances_of_adhesion_of_lfa1_stand(f_i: float, f_o: float, chance: float) -> None:
    """M02: 50 LFA-1 on 1000 ICAM-1 per um2 for 5 s: open, intermediate, closed."""
    found = adhesion_chance(contact_bonds(ICAM1Binding().kinetics, 50.0, f_i, f_o, 1000.0, 5.0))
    assert found == pytest.approx(chance, abs=0.0055 if chance == 0.11 else 0.0006)


def test_mac1_holds_less_at_first_touch_and_its_share_grows() -> None:
    """Blood 1998;92:1626: both bear the beginning; here LFA-1 leads since its on-rate is higher, at any time."""
    lfa1, mac1 = ICAM1Binding().kinetics, PAIRS["mac1_icam1"].kinetics
    for seconds in (0.1, 5.0, 120.0):
        rest = resting_bonds(lfa1, 50.0, 0.3, 0.1, 1000.0)
        by_lfa1 = together(relaxed_bonds(lfa1, Bonds(0.0, 0.0, 0.0), rest, seconds))
        by_mac1 = firm_bonds(mac1, 50.0, 1000.0, 0.0, 0.3, 0.1, seconds)
        assert 0.1 * by_lfa1 < by_mac1 < by_lfa1


def test_l_selectin_lets_go_seven_to_ten_times_faster() -> None:
    """PMC2136756."""
    fast, p, e = (PAIRS[f"{x}_selectin_selectin_ligand"].off for x in "lpe")
    assert 7.0 <= fast / p <= 10.0 and 7.0 <= fast / e <= 10.0


@pytest.mark.parametrize(
    ("name", "low", "high"), [("lfa1_icam1", 5.0, 25.0), ("integrin_a5b1_ecm", 10.0, 30.0)]
)  # fmt: skip
def test_integrins_are_catch_bonds_up_to_their_force(name: str, low: float, high: float) -> None:
    """Longest lived near 10-15 pN (LFA-1) and 10-30 pN (a5b1)."""
    law = PAIRS[name].kinetics
    best = min((catch_slip(law, 0.5 * f), 0.5 * f) for f in range(200))[1]
    assert low <= best <= high


def test_e_selectin_and_cadherins_only_slip() -> None:
    for name in ("e_selectin_selectin_ligand", "ecadherin_ecadherin", "n_cadherin_n_cadherin"):
        assert catch_slip(PAIRS[name].kinetics, 10.0) > catch_slip(PAIRS[name].kinetics, 0.0)
