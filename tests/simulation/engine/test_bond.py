"""Bonds: the published figures, and the recursion against a solved chain of states."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.bond import (
    KT,
    Bonds,
    Kinetics,
    PairKinetics,
    adhesion_chance,
    arrest_efficiency,
    bell,
    catch_slip,
    contact_bonds,
    density,
    firm_bonds,
    firm_density,
    free_copies,
    mean_affinity,
    relaxed_bonds,
    resting_bonds,
    rupture_time,
    tether_chance,
    together,
)

LAW = Kinetics(1e-7, 3e-6, 8e-4, 5.0, 0.3, 0.04)


@pytest.mark.parametrize(
    ("intermediate", "opened", "chance"),
    [(0.0, 1.0, 0.999), (1.0, 0.0, 0.11), (0.0, 0.0, 0.005), (0.09, 0.01, 0.084), (0.30, 0.10, 0.534)],
)
def test_chance_of_adhesion_after_five_seconds(intermediate: float, opened: float, chance: float) -> None:
    """M02, M03: 50 receptors/um2 on 1000 ligands/um2, all free: open, intermediate, closed, resting, activated."""
    found = adhesion_chance(contact_bonds(LAW, 50.0, intermediate, opened, 1000.0, 5.0))
    assert found == pytest.approx(chance, abs=0.0055 if chance == 0.11 else 0.0006)


def test_no_ligand_no_bond() -> None:
    """Exactly none."""
    assert adhesion_chance(contact_bonds(LAW, 50.0, 0.3, 0.1, 0.0, 5.0)) == 0.0
    assert adhesion_chance(contact_bonds(LAW, 0.0, 0.3, 0.1, 1000.0, 5.0)) == 0.0
    assert adhesion_chance(0.0) == 0.0
    assert density(5.0, 0.0) == 0.0


def test_open_bonds_live_25_seconds() -> None:
    """C05: without new ones, bonds of the open conformation decay with 25 s, of the intermediate with 3.3 s."""
    start, none = Bonds(10.0, 10.0, 10.0), Bonds(0.0, 0.0, 0.0)
    left = relaxed_bonds(LAW, start, none, 25.0)
    assert left.open == pytest.approx(10.0 / math.e)
    assert left.intermediate == pytest.approx(10.0 * math.exp(-7.5))
    assert left.closed < 1e-50
    assert 1.0 / LAW.off_open == 25.0
    assert rupture_time(1.0, 0.0, LAW.off_open, 0.21, 0.0, 60) == pytest.approx(25.0)


@given(st.floats(0, 1000), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1e4), st.floats(0, 1e3), st.floats(0, 1e3))
def test_relaxation_is_a_semigroup(rho: float, f_i: float, f_o: float, icam: float, t1: float, t2: float) -> None:
    """Two contacts on end are one; and bonds never pass their rest."""
    f_o *= 1.0 - f_i
    rest = resting_bonds(LAW, rho, f_i, f_o, icam)
    once = relaxed_bonds(LAW, Bonds(0.0, 0.0, 0.0), rest, t1 + t2)
    twice = relaxed_bonds(LAW, relaxed_bonds(LAW, Bonds(0.0, 0.0, 0.0), rest, t1), rest, t2)
    assert twice == pytest.approx(once, rel=1e-9, abs=1e-12)
    assert 0.0 <= together(once) <= together(rest) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("shear", "eff", "tolerance"), [(100, 0.21, 0.01), (150, 0.12, 0.01), (200, 0.08, 0.006), (300, 0.03, 0.005)]
)
def test_arrest_falls_with_shear(shear: float, eff: float, tolerance: float) -> None:
    """M06, C04."""
    assert arrest_efficiency(shear, 12.0, 0.0065) == pytest.approx(eff, abs=tolerance)


def test_no_arrest_beyond_the_cut_off() -> None:
    """The cut-off 5 pi / (6 * 6.5 ms) = 402.8 1/s has no free parameter but the shortest contact."""
    assert arrest_efficiency(403.0, 12.0, 0.0065) == 0.0
    assert arrest_efficiency(402.0, 12.0, 0.0065) > 0.0
    assert arrest_efficiency(0.0, 12.0, 0.0065) == 0.0


def test_bell() -> None:
    """A force of kT/x speeds a bond up e-fold."""
    assert bell(0.04, 0.0, 0.21) == 0.04
    assert bell(0.04, KT / 0.21, 0.21) == pytest.approx(0.04 * math.e)


def first_passage(n: int, force: float, off: float, x: float, gamma: float) -> float:
    """Solve the chain of states n ... 0 as linear equations: the sum of all rates times T is 1 plus flows to others."""
    a, b = np.zeros((n, n)), np.ones(n)
    for i in range(1, n + 1):
        down, up = i * off * math.exp(force * x / (i * KT)), gamma * off * (n - i)
        a[i - 1, i - 1] = down + up
        if i > 1:
            a[i - 1, i - 2] = -down
        if i < n:
            a[i - 1, i] = -up
    return float(np.linalg.solve(a, b)[n - 1])


@pytest.mark.parametrize("n", [1, 2, 3, 7, 15])
@pytest.mark.parametrize("force", [0.0, 20.0, 50.0, 150.0])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0])
def test_rupture_time_solves_the_chain(n: int, force: float, gamma: float) -> None:
    """The recursion against an independent solution."""
    assert rupture_time(float(n), force, 1.1, 0.32, gamma, 60) == pytest.approx(
        first_passage(n, force, 1.1, 0.32, gamma), rel=1e-9
    )


def test_rupture_time_known_values() -> None:
    """Without force and rebinding the harmonic numbers; two bonds with rebinding (3 + gamma) / 2."""
    for n in (1, 2, 5, 20):
        assert rupture_time(float(n), 0.0, 1.0, 0.3, 0.0, 60) == pytest.approx(sum(1 / i for i in range(1, n + 1)))
    assert rupture_time(2.0, 0.0, 1.0, 0.3, 1.0, 60) == pytest.approx(2.0)
    assert rupture_time(0.0, 50.0, 1.0, 0.3, 1.0, 60) == 0.0


def test_rupture_time_by_simulation() -> None:
    """Five bonds under 50 pN, by the exact stochastic simulation of 20,000 clusters; 4 standard errors."""
    rng = np.random.default_rng(3)
    n, off, x, gamma, force = 5, 1.1, 0.32, 1.0, 50.0
    times = np.zeros(20_000)
    closed = np.full(times.size, n)
    while (alive := closed > 0).any():
        i = closed[alive].astype(float)
        down, up = i * off * np.exp(force * x / (i * KT)), gamma * off * (n - i)
        times[alive] += rng.exponential(1.0 / (down + up))
        closed[alive] += np.where(rng.random(i.size) < down / (down + up), -1, 1)
    error = times.std() / math.sqrt(times.size)
    assert rupture_time(5.0, force, off, x, gamma, 60) == pytest.approx(times.mean(), abs=4 * error)


@given(st.floats(0, 80), st.floats(0, 80), st.floats(0, 200))
def test_more_bonds_hold_longer_more_force_shorter(a: float, b: float, force: float) -> None:
    """Monotone, also between whole numbers and up to the cap."""
    low, high = min(a, b), max(a, b)
    assert rupture_time(low, force, 1.1, 0.32, 1.0, 40) <= rupture_time(high, force, 1.1, 0.32, 1.0, 40) * (1 + 1e-12)
    assert rupture_time(high, force + 10.0, 1.1, 0.32, 1.0, 40) <= rupture_time(high, force, 1.1, 0.32, 1.0, 40)
    assert math.isfinite(rupture_time(1e6, 0.0, 1e-3, 0.32, 1.0, 60))


SLIP = PairKinetics(2e-4, 1.0, 1.0, 1.0, 0.04, 0.0, 0.0)
CATCH = PairKinetics(2e-4, 1.0, 1.0, 0.5, 0.1, 10.0, 1.0)


def test_a_catch_bond_lives_longest_at_some_force() -> None:
    """k(F) = k exp(Fx/kT) + k_c exp(-F x_c/kT) is least at kT / (x + x_c) ln(k_c x_c / (k x)); a slip bond's at 0."""
    best = KT / 1.1 * math.log(10.0 * 1.0 / (0.5 * 0.1))
    assert best == pytest.approx(20.6, abs=0.1)
    least = catch_slip(CATCH, best)
    assert least < catch_slip(CATCH, best - 1.0) and least < catch_slip(CATCH, best + 1.0)
    assert catch_slip(CATCH, 0.0) == 10.5
    for force in (0.0, 5.0, 50.0):
        slip, catch = 0.5 * math.exp(force * 0.1 / KT), 10.0 * math.exp(-force * 1.0 / KT)
        assert catch_slip(CATCH, force) == pytest.approx(slip + catch, rel=1e-12)
        assert catch_slip(SLIP, force) == bell(1.0, force, 0.04)


@given(st.floats(0, 500), st.floats(0, 5000), st.floats(0, 1), st.floats(0, 1), st.floats(0, 60))
def test_a_pair_with_the_affinities_of_lfa1_rests_on_as_many_bonds(
    rho: float, icam: float, f_i: float, f_o: float, seconds: float
) -> None:
    """One law for both: only off-rates by conformation are LFA-1's privilege."""
    f_o *= 1.0 - f_i
    pair = PairKinetics(1e-7, 30.0, 8000.0, 0.04, 0.0, 0.0, 0.0)
    resting = together(resting_bonds(LAW, rho, f_i, f_o, icam))
    mean = mean_affinity(pair, f_i, f_o)
    assert firm_density(rho, icam, 0.0, mean) == pytest.approx(resting, rel=1e-12, abs=1e-300)
    assert firm_density(rho, icam, 3.0, mean) == pytest.approx(resting / 4.0, rel=1e-12, abs=1e-300)
    expected = resting / 4.0 * -math.expm1(-0.04 * seconds)
    assert firm_bonds(pair, rho, icam, 3.0, f_i, f_o, seconds) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_a_tether_forms_and_holds() -> None:
    """67 ligands on 67 receptors per um2 for the 26 ms of a collision at 100 1/s: by hand; and what takes it away."""
    rest = 67.0 * 67.0 * 2e-4
    formed = 1.0 - math.exp(-rest * -math.expm1(-0.02618))
    chance = tether_chance(SLIP, 67.0, 67.0, 0.0, 0.02618, 50.0, 0.1)
    assert chance == pytest.approx(formed * math.exp(-math.exp(50.0 * 0.04 / KT) * 0.1), rel=1e-12)
    assert tether_chance(SLIP, 67.0, 0.0, 0.0, 0.02618, 50.0, 0.1) == 0.0
    assert tether_chance(SLIP, 0.0, 67.0, 0.0, 0.02618, 50.0, 0.1) == 0.0
    assert tether_chance(SLIP, 67.0, 67.0, 20.0, 0.02618, 50.0, 0.1) < 0.1 * chance
    # a slip bond only loses by force; a catch bond needs some: the shear threshold of selectins
    assert tether_chance(SLIP, 67.0, 67.0, 0.0, 0.02618, 100.0, 0.1) < chance
    few, some = (tether_chance(CATCH, 67.0, 67.0, 0.0, 0.02618, force, 0.1) for force in (0.0, 20.0))
    assert some > 2.0 * few


def test_a_contact_begins_without_bonds_and_ends_at_rest() -> None:
    rest = together(resting_bonds(LAW, 50.0, 0.3, 0.1, 1000.0))
    assert contact_bonds(LAW, 50.0, 0.3, 0.1, 1000.0, 0.0) == 0.0
    assert 0.0 < contact_bonds(LAW, 50.0, 0.3, 0.1, 1000.0, 5.0) < rest
    assert contact_bonds(LAW, 50.0, 0.3, 0.1, 1000.0, 1e4) == pytest.approx(rest, rel=1e-12)
    bonds = contact_bonds(LAW, 50.0, 0.3, 0.1, 1000.0, 5.0)
    assert adhesion_chance(contact_bonds(LAW, 50.0, 0.3, 0.1, 1000.0, 5.0)) == pytest.approx(
        -math.expm1(-bonds), rel=1e-12
    )


def test_antibody_at_its_dissociation_constant_leaves_half_free() -> None:
    """Without any, the column itself; either way the result takes no writes."""
    copies = np.array([1e5, 3e4, 0.0])
    assert free_copies(copies, np.zeros(3)) is copies
    free = free_copies(copies, np.array([1.0, 0.0, 5.0]))
    np.testing.assert_array_equal(free, [5e4, 3e4, 0.0])
    with pytest.raises(ValueError, match="read-only"):
        free[0] = 1.0
