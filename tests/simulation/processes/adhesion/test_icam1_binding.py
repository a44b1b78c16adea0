"""Binding: known equilibria, hazards that compete, nothing without ICAM-1, the partner's side, no order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulation.engine.chance import Chance, process_key, uniform_pair
from simulation.engine.naming import naming
from simulation.engine.turnover import turn_over
from simulation.engine.world import World
from simulation.processes.adhesion.icam1_binding import ICAM1Binding
from simulation.vocabulary.pairs import PAIRS
from tests.worlds import make_world, shuffle

LYMPHOCYTE = {"radius": 4.0, "lfa1": 1e5, "lfa1_open": 0.1, "lfa1_intermediate": 0.3}
TARGET = {"radius": 9.0, "icam1": 1e5, "antigenicity": 1.0}
ALWAYS = {"attach_rate": 100.0, "mean_contact": 1e4}
AREA_L, AREA_T = 4 * math.pi * 16, 4 * math.pi * 81


def pairs(n: int, t: dict[str, Any], target: dict[str, Any], *processes: Any, **more: Any) -> tuple[World, Any]:
    """Make n pairs, each of a lymphocyte in touch with one target, 60 um apart."""
    side = math.ceil(math.sqrt(n))
    x, y = (np.arange(n) % side) * 60.0 + 30.0, (np.arange(n) // side) * 60.0 + 30.0
    return make_world(
        {"tumour": TARGET | target | {"x": x, "y": y}, "t_cell": LYMPHOCYTE | t | {"x": x + 13.0, "y": y}},
        processes, shape=(side * 3, side * 3, 1), **more,
    )  # fmt: skip


def held(world: World) -> np.ndarray:
    """Which lymphocytes hold somebody."""
    c = world.sites[0].cells
    return c["partner"][c.span(1)] != 0


def plain_resting(icam1: float, blocked: float = 0.0) -> list[float]:
    """Bonds after a long contact, written out: closed, intermediate, open."""
    density = (1e5 / AREA_L) * (icam1 / AREA_T) / (1 + blocked)
    return [density * f * a for f, a in ((0.6, 1e-7), (0.3, 3e-6), (0.1, 8e-4))]


def test_bonds_relax_exactly_to_the_closed_form() -> None:
    """Rest * (1 - exp(-k t)), from the middle of the first step on; the partner's side included."""
    world, plan = pairs(1, {}, {}, ICAM1Binding(**ALWAYS))
    c = world.sites[0].cells
    world.step(plan)
    assert c["partner"][1] == c["lineage"][0]
    assert c["contact_time"][1] == 1.0
    rest, off = plain_resting(1e5), (5.0, 0.3, 0.04)
    for minutes in (3, 5):
        world.step(plan)
        expected = [n * -math.expm1(-k * 60 * minutes) for n, k in zip(rest, off, strict=True)]
        found = [c[f"bonds_{s}"][1] for s in ("closed", "intermediate", "open")]
        assert found == pytest.approx(expected, rel=1e-12)
        assert c["bonds"][1] == pytest.approx(sum(expected))
        assert c["icam1_bonds"][0] == c["bonds"][1]
        assert c["contact_time"][1] == minutes
    assert c["bonds"][1] == pytest.approx(3.94, abs=0.1)  # activated T cell on 1e5 copies


def test_blocked_receptors_bind_less() -> None:
    """M04: phi = 1 / (1 + icam1_blocked + lfa1_blocked)."""
    world, plan = pairs(1, {"lfa1_blocked": 6.0}, {"icam1_blocked": 13.0}, ICAM1Binding(**ALWAYS))
    for _ in range(10):
        world.step(plan)
    assert world.sites[0].cells["bonds"][1] == pytest.approx(sum(plain_resting(1e5, 19.0)), rel=1e-9)


def test_never_more_bonds_than_copies() -> None:
    """A few ICAM-1 copies cannot hold more than themselves."""
    world, plan = pairs(1, {}, {"icam1": 2.0}, ICAM1Binding(**ALWAYS, valency=100.0, acka_closed=1e-4))
    for _ in range(10):
        world.step(plan)
    assert world.sites[0].cells["bonds"][1] == pytest.approx(2.0)


@pytest.mark.parametrize("icam1", [0.0, 1e5])
def test_without_icam1_exactly_no_bond_but_a_conjugate(icam1: float) -> None:
    """The floor carries conjugates; bonds are exactly 0 without ICAM-1, more than 0 with it."""
    world, plan = pairs(100, {}, {"icam1": icam1}, ICAM1Binding(attach_rate=1.0))
    for _ in range(20):
        world.step(plan)
    c = world.sites[0].cells
    assert held(world).sum() > 50
    assert c["bonds"].any() == (icam1 > 0.0)
    assert c["icam1_bonds"].any() == (icam1 > 0.0)


def test_icam1_lost_during_contact_takes_all_bonds() -> None:
    """What is not there holds nothing, at once."""
    world, plan = pairs(1, {}, {}, ICAM1Binding(**ALWAYS))
    for _ in range(4):
        world.step(plan)
    world.sites[0].cells["icam1"][:] = 0.0
    world.step(plan)
    assert world.sites[0].cells["bonds"].tolist() == [0.0, 0.0]


def attach_hazard(floor: float, icam1: float, antigenicity: float) -> float:
    """Hazard per min, written out."""
    n = sum(r * -math.expm1(-k * 5.0) for r, k in zip(plain_resting(icam1), (5.0, 0.3, 0.04), strict=True))
    return 0.2 * antigenicity * (floor + (1 - floor) * -math.expm1(-n))


@pytest.mark.parametrize(
    ("floor", "icam1", "antigenicity"), [(0.3, 1e5, 1.0), (0.3, 0.0, 1.0), (0.0, 1e5, 1.0), (0.3, 1e5, 0.5)]
)
def test_hazard_of_attaching(floor: float, icam1: float, antigenicity: float) -> None:
    """M52: shares of 2,500 lymphocytes after one step; 4 standard errors, so one of 16,000 tests fails by chance."""
    n = 2500
    world, plan = pairs(n, {}, {"icam1": icam1, "antigenicity": antigenicity}, ICAM1Binding(floor=floor))
    world.step(plan)
    p = -math.expm1(-2.0 * attach_hazard(floor, icam1, antigenicity))
    assert held(world).mean() == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / n))


def test_contacts_last_thirty_minutes() -> None:
    """Share left after 30 min, of 2,500 that hold; 4 standard errors."""
    n = 2500
    world, plan = pairs(n, {}, {}, ICAM1Binding())
    c = world.sites[0].cells
    c["partner"][c.span(1)] = c["lineage"][c.span(0)]
    for _ in range(15):
        world.step(plan)
    since = c["contact_time"][c.span(1)]
    assert (since == 30.0).mean() == pytest.approx(math.exp(-1), abs=4 * math.sqrt(0.37 * 0.63 / n))


@pytest.mark.parametrize(
    ("t", "target"),
    [
        ({"lfa1": 0.0}, {}),
        ({}, {"antigenicity": 0.0}),
        ({}, {"mhc1": 0.0}),
        ({"antigenicity": 0.5}, {"antigenicity": 1.0}),
    ],
    ids=["no LFA-1", "no antigen", "T cell, no MHC-I", "itself recognisable"],
)
def test_who_never_attaches(t: dict[str, float], target: dict[str, float]) -> None:
    """Columns decide, not types."""
    world, plan = pairs(50, t, target, ICAM1Binding(attach_rate=100.0))
    for _ in range(5):
        world.step(plan)
    assert not held(world).any()


def test_natural_killer_needs_no_mhc() -> None:
    """M36: a cell without MHC restriction recognises a target that lost it."""
    world, plan = pairs(50, {"mhc_restriction": 0.0}, {"mhc1": 0.0}, ICAM1Binding(attach_rate=100.0))
    world.step(plan)
    assert held(world).all()


def test_scanning_holds_by_icam1_alone() -> None:
    """M05: T cells stick to fibroblasts without antigen where those show ICAM-1, and not where they do not."""
    sticking = []
    for icam1 in (0.0, 1e4, 3e5):
        world, plan = pairs(400, {}, {"antigenicity": 0.0, "icam1": icam1}, ICAM1Binding(scanning=1.0))
        for _ in range(5):
            world.step(plan)
        sticking.append(held(world).mean())
    assert sticking[0] == 0.0
    assert 0.02 < sticking[1] < 0.5 * sticking[2]


def test_released_when_out_of_touch_or_gone() -> None:
    """Distance and death end a conjugate; nothing of it is left."""
    world, plan = pairs(2, {}, {}, ICAM1Binding(**ALWAYS))
    for _ in range(3):
        world.step(plan)
    c = world.sites[0].cells
    far, dies = np.flatnonzero(c["cell_type"] == 1)
    partner = c["partner"][dies]
    c["x"][far] += 20.0
    c["killed"][c["lineage"] == partner] = 1.0
    turn_over(world, ["killed"])
    world.sites[0].moved += 1
    world.step(plan)
    world.step(plan)
    t = world.sites[0].cells.span(1)
    for name in ("partner", "contact_time", "bonds", "bonds_open", "bonds_intermediate", "bonds_closed"):
        assert not c[name][t].any(), name
    assert not c["icam1_bonds"].any()


def test_several_lymphocytes_hold_one_target() -> None:
    """C12: the target's bonds are the sum over those that hold it."""
    angle = np.arange(5) * 2 * math.pi / 5
    world, plan = make_world(
        {
            "tumour": TARGET | {"x": np.array([100.0]), "y": 100.0},
            "t_cell": LYMPHOCYTE | {"x": 100 + 13 * np.cos(angle), "y": 100 + 13 * np.sin(angle)},
        },
        [ICAM1Binding(**ALWAYS)],
    )
    for _ in range(5):
        world.step(plan)
    c = world.sites[0].cells
    assert (c["partner"][1:] == c["lineage"][0]).all()
    assert c["icam1_bonds"][0] == pytest.approx(c["bonds"][1:].sum())


def test_choice_follows_hazard() -> None:
    """Of two targets, one three times as recognisable takes three quarters; 1,600 lymphocytes, 4 standard errors."""
    n, side = 1600, 40
    x, y = (np.arange(n) % side) * 80.0 + 40.0, (np.arange(n) // side) * 80.0 + 40.0
    world, plan = make_world(
        {
            "strong": TARGET | {"antigenicity": 0.9, "x": x - 13, "y": y},
            "weak": TARGET | {"antigenicity": 0.3, "x": x + 13, "y": y},
            "t_cell": LYMPHOCYTE | {"x": x, "y": y},
        },
        [ICAM1Binding(attach_rate=0.5)],
        shape=(160, 160, 1),
    )
    world.step(plan)
    c = world.sites[0].cells
    partner = c["partner"][c.span(2)]
    strong = np.isin(partner, c["lineage"][c.span(0)]).sum()
    all_of_them = np.count_nonzero(partner)
    assert 600 < all_of_them < 1200
    assert strong / all_of_them == pytest.approx(0.75, abs=4 * math.sqrt(0.75 * 0.25 / all_of_them))


@pytest.mark.parametrize("shape", [(12, 12, 1), (8, 8, 8)], ids=["slab", "block"])
def test_order_of_rows_changes_nothing(shape: tuple[int, int, int]) -> None:
    """The digest of a crowded world after ten steps, rows shuffled before each; its bonds are not all 0."""
    digests = []
    for mixed in (False, True):
        world, plan = make_world(
            {"tumour": TARGET | {"x": np.random.default_rng(2).random(300) * shape[0] * 20},
             "t_cell": LYMPHOCYTE | {"x": np.random.default_rng(3).random(150) * shape[0] * 20}},
            [ICAM1Binding(attach_rate=1.0)], shape=shape,
        )  # fmt: skip
        for step in range(10):
            if mixed:
                shuffle(world, step)
            world.step(plan)
        assert world.sites[0].cells["icam1_bonds"].max() > 0
        digests.append(world.digest())
    assert digests[0] == digests[1]


def test_worlds_without_cells_or_with_one() -> None:
    """Nothing to hold, no error."""
    for n in (0, 1):
        world, plan = make_world({"t_cell": LYMPHOCYTE | {"x": np.full(n, 50.0)}}, [ICAM1Binding()])
        world.step(plan)
        assert not world.sites[0].cells["partner"].any()


def plain_pair(receptors: float, ligands: float, pair: Any, blocked: float = 0.0) -> float:
    """Bonds at rest of another pair, written out; a third of the integrin intermediate, a tenth open."""
    mean = pair.acka * (0.6 + 0.3 * pair.intermediate + 0.1 * pair.opened)
    return receptors / AREA_L * ligands / AREA_T * mean / (1 + blocked)


MAC1, VLA4 = PAIRS["mac1_icam1"], PAIRS["vla4_vcam1"]


def test_mac1_and_vla4_hold_along_and_only_icam1_bonds_count_for_icam1() -> None:
    """bonds_other is the sum over pairs, at rest at once; LFA-1 keeps its own numbers."""
    leukocyte = {"mac1": 2e4, "vla4": 3e4, "mac1_blocked": 1.0, "vla4_blocked": 0.5}
    worlds = [pairs(1, more, {"vcam1": 5e4, "icam1_blocked": 2.0}, ICAM1Binding(**ALWAYS)) for more in ({}, leukocyte)]
    for _ in range(4):
        for world, plan in worlds:
            world.step(plan)
    alone, along = (world.sites[0].cells for world, _ in worlds)
    by_mac1, by_vla4 = plain_pair(2e4, 1e5, MAC1, 3.0), plain_pair(3e4, 5e4, VLA4, 0.5)
    assert by_mac1 > 0.01 and by_vla4 > 0.01
    assert along["bonds_other"][1] == pytest.approx(by_mac1 + by_vla4, rel=1e-12)
    for state in ("closed", "intermediate", "open"):
        assert along[f"bonds_{state}"][1] == alone[f"bonds_{state}"][1] > 0.0
    assert along["bonds"][1] == pytest.approx(alone["bonds"][1] + by_mac1 + by_vla4, rel=1e-12)
    assert along["icam1_bonds"][0] == pytest.approx(alone["bonds"][1] + by_mac1, rel=1e-12)


def test_other_pairs_hasten_the_hold() -> None:
    """P = 1 - exp(-<n> - sum n_p (1 - exp(-k_p probe))), of Mac-1 alone here; the floor of a T cell."""
    process = ICAM1Binding(floor=0.0)
    world, plan = pairs(8000, {"lfa1": 0.0, "mac1": 1e5}, {"icam1": 1e5}, process)
    world.step(plan)
    sticks = -math.expm1(-plain_pair(1e5, 1e5, MAC1) * -math.expm1(-0.1 * 5.0))
    expected = -math.expm1(-2.0 * 0.2 * sticks)
    assert held(world).mean() == pytest.approx(expected, abs=4 * math.sqrt(expected / 8000))
    assert 0.02 < expected < 0.3


def test_mac1_binds_at_three_tenths_of_the_rate_of_lfa1() -> None:
    """Its affinity over LFA-1's, state by state: on-rates differ, off-rates hardly."""
    lfa1 = ICAM1Binding()
    assert MAC1.acka / lfa1.acka_closed == pytest.approx(0.3)
    assert (MAC1.intermediate, MAC1.opened) == (lfa1.intermediate_ratio, lfa1.open_ratio)


def test_with_weight_zero_other_pairs_leave_everything_to_the_bit() -> None:
    """The switch is exact; so is the lack of receptors or ligands."""

    def digest(t: dict[str, Any], **settings: Any) -> list[bytes]:
        world, plan = pairs(60, t, {"icam1": 1e5}, ICAM1Binding(attach_rate=1.0, **settings))
        for _ in range(5):
            world.step(plan)
        c = world.sites[0].cells
        return [c[name].tobytes() for name in sorted(ICAM1Binding.writes)]

    plain = digest({})
    assert digest({"mac1": 5e4}, other_pairs=0.0) == plain
    assert digest({"vla4": 5e4}) == plain  # nobody has VCAM-1
    assert digest({"mac1": 5e4}) != plain


def plain_step(world: World, rule: ICAM1Binding) -> dict[str, np.ndarray]:
    """One step of binding, cell by cell and contact by contact: who holds whom, and what it comes to."""
    c = {name: world.sites[0].cells[name].copy() for name in world.sites[0].cells.columns}
    chance = Chance(process_key(world.seed, "icam1_binding"), world.clock.tick)
    states = [
        ("closed", rule.acka_closed, rule.off_closed),
        ("intermediate", rule.acka_closed * rule.intermediate_ratio, rule.off_intermediate),
        ("open", rule.acka_closed * rule.open_ratio, rule.off_open),
    ]
    area = 4 * math.pi * c["radius"] ** 2

    def resting(i: int, j: int) -> list[float]:
        share = [1 - c["lfa1_intermediate"][i] - c["lfa1_open"][i], c["lfa1_intermediate"][i], c["lfa1_open"][i]]
        free = 1 / (1 + c["icam1_blocked"][j] + c["lfa1_blocked"][i])
        n = c["lfa1"][i] / area[i] * free * c["icam1"][j] / area[j]
        return [n * f * acka for f, (_, acka, _) in zip(share, states, strict=True)]

    def others(i: int, j: int) -> list[float]:
        bonds = []
        for pair in (MAC1, VLA4):
            f_i, f_o = c["lfa1_intermediate"][i], c["lfa1_open"][i]
            mean = pair.acka * (1 - f_i - f_o + f_i * pair.intermediate + f_o * pair.opened)
            blocked = c[f"{pair.receptor}_blocked"][i] + c[f"{pair.ligand}_blocked"][j]
            bonds.append(c[pair.receptor][i] / area[i] * c[pair.ligand][j] / area[j] * mean / (1 + blocked))
        return bonds

    def hazard(i: int, j: int) -> float:
        restriction = c["mhc_restriction"][i]
        known = c["antigenicity"][j] * (1 - restriction * (1 - c["mhc1"][j]))
        floor = restriction * rule.floor + (1 - restriction) * rule.nk_floor
        n = sum(r * -math.expm1(-k * rule.probe) for r, (_, _, k) in zip(resting(i, j), states, strict=True))
        n += sum(b * -math.expm1(-p.off * rule.probe) for b, p in zip(others(i, j), (MAC1, VLA4), strict=True))
        sticks = -math.expm1(-n)
        return rule.attach_rate * max(known * (floor + (1 - floor) * sticks), rule.scanning * sticks)

    place = np.stack([c[axis] for axis in "xyz"])
    order = world.sites[0].cell_list(world.sites[0].reach).rows
    c["icam1_bonds"][:] = 0.0
    for i in range(len(c["lineage"])):
        acts = c["recognition"][i] > 0 and c["antigenicity"][i] == 0 and c["lfa1"][i] + c["mac1"][i] + c["vla4"][i] > 0
        if not acts and c["partner"][i] == 0:
            continue
        gap = np.sqrt(((place - place[:, [i]]) ** 2).sum(axis=0)) - rule.touch * (c["radius"] + c["radius"][i])
        mate, minutes = -1, 2.0
        if c["partner"][i]:
            held = [j for j in order if c["lineage"][j] == c["partner"][i] and gap[j] < 0]
            goes_on = uniform_pair(chance.key, chance.tick, c["lineage"][i], 0)[0] >= -math.expm1(
                -2.0 / rule.mean_contact
            )
            mate = held[0] if held and goes_on else -1
        else:
            touched = [j for j in order if gap[j] < 0 and j != i]
            hazards = np.array([hazard(i, j) for j in touched])
            decides, chooses = uniform_pair(chance.key, chance.tick, c["lineage"][i], 1)
            if decides < -math.expm1(-2.0 * hazards.sum()):
                mate, minutes = touched[int(np.searchsorted(np.cumsum(hazards), chooses * hazards.sum(), "right"))], 1.0
                c["contact_time"][i] = 0.0
        if mate < 0:
            for name in ("partner", "contact_time", "bonds", "bonds_other", *(f"bonds_{s}" for s, _, _ in states)):
                c[name][i] = 0
            continue
        c["partner"][i] = c["lineage"][mate]
        c["contact_time"][i] += minutes
        for (state, _, off), rest in zip(states, resting(i, mate), strict=True):
            c[f"bonds_{state}"][i] += (rest - c[f"bonds_{state}"][i]) * -math.expm1(-off * 60 * minutes)
        most, total = min(c["lfa1"][i], c["icam1"][mate]), sum(c[f"bonds_{s}"][i] for s, _, _ in states)
        for state, _, _ in states:
            c[f"bonds_{state}"][i] *= min(1.0, most / total) if total else 0.0
        by_mac1, by_vla4 = others(i, mate)
        c["bonds_other"][i] = by_mac1 + by_vla4
        c["bonds"][i] = sum(c[f"bonds_{s}"][i] for s, _, _ in states) + c["bonds_other"][i]
        c["icam1_bonds"][mate] += c["bonds"][i] - by_vla4
    return {name: c[name] for name in ICAM1Binding.writes}


@pytest.mark.parametrize(
    "numbers",
    [{"attach_rate": 0.5}, {"attach_rate": 0.5, "scanning": 0.2}, {"attach_rate": 0.2, "floor": 1.0, "nk_floor": 1.0}],
    ids=["antigen", "scanning", "as fast as can be"],
)
def test_a_crowd_against_plain_python(numbers: dict[str, float]) -> None:
    """Everything that binding writes, in a crowd of T cells, natural killers and targets with and without antigen."""
    rng = np.random.default_rng(4)
    rule = ICAM1Binding(mean_contact=6.0, **numbers)
    common = {"lfa1": rng.random(60) * 1e5, "lfa1_open": 0.1, "lfa1_intermediate": 0.3, "vla4": 2e4, "radius": 4.0}
    target = {"vcam1": 4e4, "mac1_blocked": 0.5, "vcam1_blocked": 0.3, "icam1_blocked": 0.2, "mhc1": 0.7, "radius": 8.0}
    world, plan = make_world(
        {
            "tumour": {"icam1": rng.random(80) * 1e5, "antigenicity": rng.random(80)} | target,
            "nk_cell": {"mac1": 5e4, "mhc_restriction": 0.0} | common,
            "stroma": {"icam1": np.full(40, 1e5), "vcam1": 1e4},
            "t_cell": common,
        },
        [rule], shape=(10, 10, 1), reach=45.0,
    )  # fmt: skip
    for step in range(12):
        expected = plain_step(world, rule)
        if step % 4 == 3:  # some are out of reach, or gone
            c = world.sites[0].cells
            c["x"][:20] = rng.random(20) * 200
            world.sites[0].moved += 1
            c["lfa1"][90:95] = 0.0
            expected = plain_step(world, rule)
        world.step(plan)
        c = world.sites[0].cells
        assert (c["partner"] == expected.pop("partner")).all()
        site, spans = world.sites[0], np.array([(0, len(c))])
        couples = naming(site.cell_list(site.reach), c["partner"], spans)
        assert [part.tolist() for part in site.couples("partner")] == [part.tolist() for part in couples]
        for name, values in expected.items():
            assert c[name] == pytest.approx(values, rel=1e-10, abs=1e-13), name
    assert np.count_nonzero(c["partner"]) > 20 and c["bonds_other"].max() > 0.1
