"""Diffusion as a process: right numbers to right fields; the solver itself is tested in the engine and in physics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.engine.parameter import parameters_of
from simulation.processes.transport.diffusion import Diffusion, solver
from simulation.processes.transport.secretion import Secretion
from simulation.vocabulary.cytokines import SLOW, SUBSTANCES
from tests.worlds import make_world


@pytest.mark.parametrize("shape", [(16, 12, 1), (6, 5, 4)])
def test_each_substance_has_its_own_decay_and_total(shape):
    world, plan = make_world({}, [Diffusion()], shape=shape)
    voxels = world.sites[0].voxels
    for k, s in enumerate(SLOW):
        voxels[f"{s}_source"][k] = 3.0
    world.step(plan)
    for s in SLOW:
        decay = SUBSTANCES[s].decay
        expected = 3.0 * (1.0 - np.exp(-10.0 * decay)) / decay if decay else 30.0
        assert voxels[s].sum() == pytest.approx(expected, rel=1e-10), s
        assert voxels[s].min() >= 0.0


def test_faster_substances_reach_farther():
    world, plan = make_world({}, [Diffusion()], shape=(41, 1, 1))
    voxels = world.sites[0].voxels
    for s in ("tnf", "tgfb"):
        voxels[f"{s}_source"][20] = 1.0
    world.step(plan)
    share = {s: voxels[s][20] / voxels[s].sum() for s in ("tnf", "tgfb")}
    assert share["tnf"] < 0.6 * share["tgfb"]  # 1200 against 300 um^2/min: half as far


def test_length_of_the_steady_profile_is_root_of_diffusion_over_decay():
    world, plan = make_world({}, [Diffusion()], shape=(200, 1, 1), side=10.0, tick="10 min")
    voxels = world.sites[0].voxels
    voxels["tnf_source"][0] = 1.0
    for _ in range(60):
        world.step(plan)
    length = 10.0 * 20 / np.log(voxels["tnf"][20] / voxels["tnf"][40])
    assert length == pytest.approx(209.0, rel=0.01)  # sqrt(1200 / 0.0275)


def test_a_scenario_may_override_numbers():
    numbers = tuple(replace(s, decay=0.5) if s.name == "tnf" else s for s in SUBSTANCES.values())
    world, plan = make_world({}, [Diffusion(substances=numbers)], shape=(4, 4, 1))
    voxels = world.sites[0].voxels
    voxels["tnf"][:] = voxels["il6"][:] = 1.0
    world.step(plan)
    assert voxels["tnf"] == pytest.approx(np.exp(-5.0) * np.ones(16), rel=1e-9)
    assert voxels["il6"] == pytest.approx(np.exp(-0.1) * np.ones(16), rel=1e-9)
    assert "substances" not in parameters_of(Diffusion)


def test_a_substance_without_numbers_is_refused():
    with pytest.raises(InputError, match="nothing is known of tnf"):
        Diffusion(substances=tuple(s for s in SUBSTANCES.values() if s.name != "tnf"))


def test_halving_the_period_changes_a_fed_field_by_nothing():
    """Exact while sources are held."""
    fields = []
    for period in ("10 min", "5 min"):
        world, plan = make_world({}, [Diffusion()], shape=(9, 7, 1), tick="5 min", periods={"diffusion": period})
        world.sites[0].voxels["cxcl_source"][5] = 2.0
        for _ in range(8):
            world.step(plan)
        fields.append(world.sites[0].voxels["cxcl"].copy())
    assert fields[0] == pytest.approx(fields[1], rel=1e-11)


def test_sites_of_one_shape_share_their_solver():
    world, plan = make_world({}, [Diffusion()], sites=("liver", "lung"), shape=(5, 4, 1))
    for site in world.sites:
        site.voxels["tnf"][:] = 1.0
    solver.cache_clear()
    for _ in range(10):
        world.step(plan)
    assert solver.cache_info().misses == 1 and solver.cache_info().hits == 3


def test_what_is_nowhere_stays_nowhere_and_costs_no_solver():
    world, plan = make_world({}, [Diffusion()], shape=(5, 4, 1))
    solver.cache_clear()
    world.step(plan)
    assert solver.cache_info().misses == 0
    assert not any(world.sites[0].voxels[s].any() for s in SLOW)


def test_secretion_runs_before_diffusion():
    cells = {"tnf_output": np.array([1.0])}
    world, plan = make_world({"cell": cells}, [Diffusion(), Secretion()], shape=(1, 1, 1))
    assert [d.process.name() for d in plan.due] == ["secretion", "diffusion"]
    world.step(plan)
    decay = SUBSTANCES["tnf"].decay
    assert world.sites[0].voxels["tnf"][0] == pytest.approx(125.0 * (1 - np.exp(-10 * decay)) / decay, rel=1e-12)
