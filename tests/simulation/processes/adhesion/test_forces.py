"""Forces: two cells by hand, invariants of the sums, the mover, and a relaxation whose answer is known."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from simulation.engine.cell_type import CellType
from simulation.engine.clock import Duration
from simulation.engine.errors import ContractError, InputError
from simulation.engine.lattice import Lattice
from simulation.engine.neighbours import CellList
from simulation.engine.rows import Rows
from simulation.engine.site import Site, SiteView
from simulation.processes.adhesion import forces
from simulation.processes.adhesion.forces import Forces, Law, interact, interact_together, locked, move
from simulation.vocabulary import voxel
from simulation.vocabulary.traits import BODY, LYMPHOCYTE

LAW = Law(
    stiffness=2000.0,
    reach=1.25,
    bond_density=10.0,
    ecadherin_reference=1e5,
    cadherin_force=1.0,
    lfa1_force=10.0,
    slack=1.0,
)
BOX = (200.0, 200.0, 20.0)
SLAB = (True, True, False)
BLOCK = (True, True, True)


class Outcome:
    """What `interact` says of some cells, or, where `parts` are given, `interact_together`."""

    def __init__(
        self,
        x,
        y,
        z,
        lineage,
        radius,
        ecadherin,
        partner,
        bonds,
        law=LAW,
        extent=BOX,
        free=SLAB,
        parts=None,
        blocked=0.0,
    ):
        n = len(x)
        side = max(law.reach * 2.0 * max(radius, default=1.0), 1e-3)
        self.cells = CellList.build(x, y, z, lineage, side=side, extent=extent)
        columns = np.full((6, n), -7.0)
        read = [locked(np.array(c, float)) for c in (radius, ecadherin, np.full(n, blocked), bonds)]
        read.insert(3, locked(np.array(partner, np.uint64)))
        act, more = (interact, ()) if parts is None else (interact_together, (parts,))
        assert act(self.cells, free, *read, law, columns[:3], *columns[3:], *more) == 0.0
        self.x, self.y, self.z, self.pressure, self.cadherin_bonds, self.crowding = columns


def pair(distance, radii=(9.0, 9.0), ecadherin=(1e5, 1e5), partner=(0, 0), bonds=(0, 0), law=LAW):
    x = np.array([50.0, 50.0 + distance])
    return Outcome(
        x, np.full(2, 40.0), np.full(2, 10.0), np.array([11, 22], np.uint64), radii, ecadherin, partner, bonds, law
    )


def crowd(n, seed, free=SLAB, spacing=0.8):
    """Cells of mixed sizes, some overlapping, some bound, some lymphocytes holding a neighbour or a cell far away."""
    rng = np.random.default_rng(seed)
    edge = spacing * 18.0 * (math.sqrt(n) if not free[2] else n ** (1 / 3))
    extent = (edge, edge, edge if free[2] else 20.0)
    x, y = rng.uniform(0, edge, n), rng.uniform(0, edge, n)
    z = rng.uniform(0, edge, n) if free[2] else np.full(n, 10.0)
    lineage = rng.permutation(np.arange(1, n + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    radius = rng.uniform(4.0, 9.0, n)
    ecadherin = np.where(rng.random(n) < 0.3, 0.0, rng.uniform(1e4, 1e5, n))
    partner = np.where(rng.random(n) < 0.3, lineage[rng.integers(0, n, n)], np.uint64(0))
    for i in range(0, n, 3):
        nearest = np.argsort((x - x[i]) ** 2 + (y - y[i]) ** 2 + (z - z[i]) ** 2)[1]
        partner[i] = lineage[nearest]
    bonds = np.where(partner > 0, rng.uniform(1, 50, n), 0.0)
    return [x, y, z, lineage, radius, ecadherin, partner, bonds], extent


# ---- two cells by hand ----


def test_overlapping_cells_push_apart_linearly():
    out = pair(16.0)
    assert out.x.tolist() == [-4000.0, 4000.0]
    assert out.y.tolist() == out.z.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(out.pressure, 4000.0 / (4 * math.pi * 81.0), rtol=1e-15)
    assert out.crowding.tolist() == [1.0, 1.0]


def test_gap_is_held_by_cadherin_of_the_poorer_cell():
    out = pair(18.5, ecadherin=(1e5, 4e4))
    area = math.pi * (11.25**2 - 9.25**2)  # spheres of 11.25 um whose centres are 18.5 um apart
    np.testing.assert_allclose(out.cadherin_bonds, 10.0 * 0.4 * area, rtol=1e-14)
    np.testing.assert_allclose(out.x, [0.5 * 4.0 * area, -0.5 * 4.0 * area], rtol=1e-14)
    assert out.pressure.tolist() == [0.0, 0.0]


def test_beyond_the_slack_a_bond_bears_no_more():
    area = math.pi * (11.25**2 - 10.0**2)
    np.testing.assert_allclose(pair(20.0).x, [10.0 * area, -10.0 * area], rtol=1e-13)


def test_force_has_no_jump_where_contact_begins_and_ends():
    at_touch = [pair(18.0 + e).x[0] for e in (-1e-9, 0.0, 1e-9)]
    np.testing.assert_allclose(at_touch, 0.0, atol=1e-5)
    assert abs(pair(22.5 - 1e-9).x[0]) < 1e-5


@pytest.mark.parametrize("distance", [22.5, 23.0, 60.0])
def test_out_of_reach_nothing_is_felt(distance):
    out = pair(distance, partner=(22, 0), bonds=(30, 0))
    for felt in (out.x, out.y, out.z, out.pressure, out.cadherin_bonds, out.crowding):
        assert felt.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("radii", [(4.0, 9.0), (9.0, 4.0)])
def test_contact_of_unequal_cells(radii):
    d = 14.0
    a, b = 5.0, 11.25
    foot = (d * d + a * a - b * b) / (2 * d)  # foot of the circle's centre on the axis, from the small sphere
    np.testing.assert_allclose(pair(d, radii).cadherin_bonds, 10.0 * math.pi * (a * a - foot * foot), rtol=1e-13)
    engulfed = pair(5.0, radii)
    np.testing.assert_allclose(engulfed.cadherin_bonds, 10.0 * math.pi * a * a, rtol=1e-13)
    assert engulfed.pressure[0] * radii[0] ** 2 == pytest.approx(engulfed.pressure[1] * radii[1] ** 2)


@pytest.mark.parametrize("holder", [0, 1])
def test_lymphocyte_and_partner_hold_each_other(holder):
    partner, bonds = [0, 0], [0.0, 0.0]
    partner[holder], bonds[holder] = (22, 11)[holder], 20.0
    radii = (4.0, 9.0)
    for gap, share in ((0.25, 0.25), (1.0, 1.0), (2.0, 1.0), (0.0, 0.0)):
        out = pair(13.0 + gap, radii, ecadherin=(0, 0), partner=partner, bonds=bonds)
        np.testing.assert_allclose(out.x, [200.0 * share, -200.0 * share], rtol=1e-14)
        assert out.cadherin_bonds.tolist() == [0.0, 0.0]


def test_bonds_to_somebody_else_do_not_hold_a_neighbour():
    assert pair(14.5, (4.0, 9.0), ecadherin=(0, 0), partner=(99, 0), bonds=(20, 0)).x.tolist() == [0.0, 0.0]
    assert pair(14.5, (4.0, 9.0), ecadherin=(0, 0), partner=(0, 0), bonds=(20, 0)).x.tolist() == [0.0, 0.0]


def test_both_holding_adds_up():
    out = pair(15.0, (4.0, 9.0), ecadherin=(0, 0), partner=(22, 11), bonds=(20, 5))
    np.testing.assert_allclose(out.x, [250.0, -250.0], rtol=1e-15)


def test_antibody_over_its_dissociation_constant_takes_half_of_the_copies():
    whole = Outcome(*(cells := crowd(60, 2))[0], extent=cells[1])
    half = Outcome(*cells[0], extent=cells[1], blocked=1.0)
    np.testing.assert_allclose(half.cadherin_bonds, 0.5 * whole.cadherin_bonds, rtol=1e-14)
    assert whole.cadherin_bonds.max() > 0.0


@pytest.mark.parametrize("parts", [None, 2])
def test_nothing_is_done_where_bins_are_too_narrow(parts):
    (x, y, z, lineage, radius, ecadherin, partner, bonds), extent = crowd(60, 2)
    narrow = CellList.build(x, y, z, lineage, side=20.0, extent=extent)
    read = [locked(c) for c in (radius, ecadherin, np.zeros(60), partner, bonds)]
    columns = np.full((6, 60), -7.0)
    act, more = (interact, ()) if parts is None else (interact_together, (parts,))
    far = act(narrow, SLAB, *read, LAW, columns[:3], *columns[3:], *more)
    assert far == 1.25 * 2.0 * radius.max() > 20.0
    assert (columns == -7.0).all()


# ---- coincident centres ----


def together(lineages, free, order=None):
    order = np.arange(len(lineages)) if order is None else order
    at = [np.full(len(lineages), c) for c in (50.0, 40.0, 10.0)]
    nine, none = np.full(len(lineages), 9.0), np.zeros(len(lineages))
    lineages = np.array(lineages, np.uint64)[order]
    return Outcome(*at, lineages, nine, none, none, none, free=free)


@pytest.mark.parametrize("free", [SLAB, BLOCK, (True, False, False), (False, True, True)])
def test_coincident_cells_part_along_free_axes_only(free):
    for lineages in ([5, 6], [6, 5], [2**63 + 1, 3]):
        out = together(lineages, free)
        force = np.array([out.x, out.y, out.z])
        assert (force[:, 0] == -force[:, 1]).all()
        np.testing.assert_allclose(np.linalg.norm(force[:, 0]), 2000.0 * (18.0 - 1e-9), rtol=1e-14)
        assert ((force[:, 0] != 0) == np.array(free)).all()


def test_parting_depends_on_lineages_not_on_rows():
    a, b = together([5, 6, 7], SLAB), together([5, 6, 7], SLAB, order=[2, 0, 1])
    assert [a.x[2], a.x[0], a.x[1]] == b.x.tolist()
    assert a.x[0] != together([5, 8, 7], SLAB).x[0]


def test_nowhere_to_go_is_no_force():
    out = together([5, 6], (False, False, False))
    assert [*out.x, *out.y, *out.z] == [0.0] * 6


def test_almost_coincident_cells_keep_their_own_direction():
    out = pair(1e-6)
    np.testing.assert_allclose(out.x, [-36000.0, 36000.0], rtol=1e-6)


# ---- many cells ----


@pytest.mark.parametrize("free", [SLAB, BLOCK])
def test_action_equals_reaction(free):
    cells, extent = crowd(400, 3, free)
    out = Outcome(*cells, extent=extent, free=free)
    for force in (out.x, out.y, out.z):
        assert abs(math.fsum(force)) <= 1e-9
    assert np.abs(out.x).max() > 100.0


@pytest.mark.parametrize("free", [SLAB, BLOCK])
def test_row_order_changes_no_bit(free):
    cells, extent = crowd(500, 4, free)
    shuffle = np.random.default_rng(9).permutation(500)
    a, b = Outcome(*cells, extent=extent, free=free), Outcome(*[c[shuffle] for c in cells], extent=extent, free=free)
    for name in ("x", "y", "z", "pressure", "cadherin_bonds", "crowding"):
        np.testing.assert_array_equal(getattr(a, name)[shuffle], getattr(b, name))


def test_slab_is_a_block_with_all_cells_in_one_plane():
    cells, extent = crowd(300, 5)
    slab = Outcome(*cells, extent=extent)
    block = Outcome(*cells, extent=(extent[0], extent[1], 200.0), free=BLOCK)
    assert slab.cells.nz == 1
    assert block.cells.nz > 1
    for name in ("x", "y", "z", "pressure", "cadherin_bonds", "crowding"):
        np.testing.assert_allclose(getattr(slab, name), getattr(block, name), rtol=1e-12, atol=1e-8)


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_and_a_loner_feel_nothing(n):
    cells, _ = crowd(3, 6)
    out = Outcome(*[c[:n] for c in cells])
    for felt in (out.x, out.y, out.z, out.pressure, out.cadherin_bonds, out.crowding):
        assert felt.tolist() == [0.0] * n


THREADS = """
import hashlib, importlib.util, json, sys
import numba
spec = importlib.util.spec_from_file_location("forces_under_test", sys.argv[1])
tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tests)
digests = {}
for free in (tests.SLAB, tests.BLOCK):
    cells, extent = tests.crowd(3000, 8, free)
    for threads in (None, 1, 2, 3, 4):
        numba.set_num_threads(threads or 1)
        out = tests.Outcome(*cells, extent=extent, free=free, parts=threads)
        columns = (out.x, out.y, out.z, out.pressure, out.cadherin_bonds, out.crowding)
        digest = hashlib.sha256(b"".join(c.tobytes() for c in columns)).hexdigest()
        digests.setdefault(str(free), []).append(digest)
print(json.dumps(digests))
"""


def test_thread_count_changes_no_bit():
    environment = {**os.environ, "NUMBA_NUM_THREADS": "4", "OMP_WAIT_POLICY": "passive"}
    done = subprocess.run(
        [sys.executable, "-c", THREADS, __file__], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    digests = json.loads(done.stdout)
    assert len(digests) == 2
    for of_threads in digests.values():
        assert len(of_threads) == 5
        assert len(set(of_threads)) == 1


# ---- the mover ----


def shape_of(side):
    return tuple(int(length // side) for length in BOX)


def moved(
    force, mobility=1.0, drift=(0.0, 0.0, 0.0), dt=1.0, side=10.0, max_step=100.0, at=(50.0, 40.0, 10.0), capsule=None
):
    one = [np.array([c]) for c in at]
    arrays = [np.array([float(v)]) for v in (mobility, 9.0, *drift)]
    shape = shape_of(side)
    integrity = np.zeros(shape) if capsule is None else capsule
    move(np.array(force).reshape(3, 1), *one, *arrays, dt, max_step, integrity.ravel(), side, shape, 0.2)
    return [c[0] for c in one]


def wall(integrity, column=3):
    capsule = np.zeros(shape_of(10.0))
    capsule[2 * column : 2 * column + 2] = integrity
    return capsule


def test_dense_capsule_lets_no_cell_in_through_or_out():
    assert moved((15.0, 0.0, 0.0), capsule=wall(0.2)) == [50.0, 40.0, 10.0]
    assert moved((15.0, 0.0, 0.0), capsule=wall(0.9), at=(65.0, 40.0, 10.0)) == [65.0, 40.0, 10.0]
    assert moved((-15.0, 0.0, 0.0), capsule=wall(0.9)) == [35.0, 40.0, 10.0]
    assert moved((0.0, 9.0, 0.0), capsule=wall(0.9)) == [50.0, 49.0, 10.0]


def test_worn_capsule_slows():
    assert moved((16.0, 0.0, 0.0), capsule=wall(0.1)) == [58.0, 40.0, 10.0]
    assert moved((16.0, 0.0, 0.0), capsule=wall(0.0)) == [66.0, 40.0, 10.0]


def test_velocity_is_mobility_times_force_plus_drift():
    assert moved((4.0, -2.0, 1.0), mobility=0.5, drift=(1.0, 0.0, -1.0), dt=2.0) == [56.0, 38.0, 9.0]


def test_fixed_cell_stays_whatever_pulls():
    assert moved((4.0, 4.0, 4.0), mobility=0.0, drift=(1.0, 1.0, 1.0)) == [50.0, 40.0, 10.0]


def test_long_step_is_shortened_in_its_direction():
    assert moved((30.0, 40.0, 0.0), max_step=5.0) == [53.0, 44.0, 10.0]


def test_walls_and_inert_axes():
    assert moved((500.0, -500.0, 5.0), max_step=1e9, side=20.0) == [200.0, 0.0, 10.0]
    assert moved((500.0, -500.0, 50.0), max_step=1e9) == [200.0, 0.0, 20.0]


def test_broken_number_is_not_hidden_by_a_wall():
    assert math.isnan(moved((math.nan, 0.0, 0.0))[0])


# ---- the relaxation of OpenVT ----

STIFFNESS = 18.2816648
WIDTHS = {0.01: 5.167931, 0.1: 6.078852, 0.5: 7.902151, 1.0: 9.000000, 2.0: 9.772606, 5.0: 9.997326}
SPRINGS = Law(STIFFNESS, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0)


@pytest.fixture
def one_thread():
    """Eleven cells are not worth waking threads for, thousands of times."""
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    yield
    numba.set_num_threads(threads)


def pushes(x):
    n = len(x)
    zero = np.zeros(n)
    lineage = np.arange(1, n + 1, dtype=np.uint64)
    nothing = np.zeros(n, np.uint64)
    return Outcome(x, zero + 5.0, zero + 5.0, lineage, zero + 0.5, zero, nothing, zero, SPRINGS, (30.0, 10.0, 10.0)).x


def start():
    return 10.0 + 0.5 * np.arange(11)


def exact_width(t):
    """Chain of ten linear springs of rest length 1 between neighbours: dx/dt = -k K x + f, by eigenvectors."""
    chain = 2.0 * np.eye(11) - np.eye(11, k=1) - np.eye(11, k=-1)
    chain[0, 0] = chain[10, 10] = 1.0
    values, vectors = np.linalg.eigh(chain)
    rest = np.arange(11.0)
    offset = vectors.T @ (0.5 * np.arange(11) - rest)
    x = rest + vectors @ (np.exp(-STIFFNESS * values * t) * offset)
    return x[-1] - x[0]


@pytest.mark.parametrize(("time", "width"), WIDTHS.items())
def test_reference_widths_are_those_of_linear_springs_between_neighbours(time, width):
    assert exact_width(time) == pytest.approx(width, abs=6e-7)


def test_eleven_compressed_cells_relax_as_linear_springs(one_thread):
    """Fourth-order Runge-Kutta on the project's own kernel, against the widths published for the OpenVT chain.

    Second neighbours begin at exactly the rest length and never come nearer, so only neighbours push.
    """
    x, now = start(), 0.0
    for then, width in WIDTHS.items():
        h = 0.001 if then <= 0.1 else 0.01
        for _ in range(round((then - now) / h)):
            k1 = pushes(x)
            k2 = pushes(x + 0.5 * h * k1)
            k3 = pushes(x + 0.5 * h * k2)
            k4 = pushes(x + h * k3)
            x = x + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        now = then
        assert x[-1] - x[0] == pytest.approx(width, abs=1e-6)


def test_eulers_step_is_this_far_from_the_exact_chain(one_thread):
    """The project takes one Euler step where Runge-Kutta takes four: how far astray that leads.

    With mobility * stiffness * dt = 0.2 (5e-5 um/min/pN at the default stiffness and 2 min) the width at t = 1, when
    four fifths of the way to rest are done, is 9.0121 instead of 9: 0.3 % of that way. Half the step halves the error.
    """
    errors = []
    for steps in (91, 182):  # k dt = 0.2 and 0.1
        x = start()
        for _ in range(steps):
            x = x + pushes(x) / steps
        errors.append(x[-1] - x[0] - 9.0)
    assert 0.0 < errors[0] < 0.0125
    assert errors[0] / errors[1] == pytest.approx(2.0, rel=0.02)


# ---- the process ----


def test_law_is_made_of_the_parameters():
    assert Forces(stiffness=3.0).law == Law(3.0, 1.25, 10.0, 1e5, 1.0, 10.0, 1.0)
    with pytest.raises(InputError, match="stiffness"):
        Forces(stiffness=-1.0)


def site_of(columns, extent_voxels, reach, types=()):
    lattice = Lattice(extent_voxels, 20.0)
    body = (*BODY, *(c for c in LYMPHOCYTE if c.name in ("partner", "bonds"))) if types else BODY
    site = Site("liver", 0, lattice, [CellType("cell", body)], voxel.COLUMNS, reach)
    site.cells.append(len(columns["x"]), columns)
    view = Rows(site.cells, "forces", Forces.reads | {"lineage"}, Forces.writes)
    return site, SiteView(site, view, Rows(site.voxels, "forces", frozenset({"capsule"}), frozenset()), None)


@pytest.mark.parametrize("lymphocytes", [True, False])
def test_process_moves_the_cells_of_a_site(lymphocytes):
    columns = {
        "lineage": np.array([11, 22, 33], np.uint64),
        "x": np.array([50.0, 66.0, 84.5]),
        "y": np.full(3, 40.0),
        "z": np.full(3, 10.0),
        "radius": np.full(3, 9.0),
        "mobility": np.array([0.0, 1e-4, 1e-4]),
        "drift_y": np.array([1.0, 1.0, 0.0]),
    }
    if lymphocytes:
        columns |= {"partner": np.array([0, 0, 22], np.uint64), "bonds": np.array([0.0, 0.0, 30.0])}
    site, view = site_of(columns, (10, 10, 1), 22.5, ["lymphocytes"] if lymphocytes else [])
    Forces().settle(view)
    assert site.cells["crowding"].tolist() == [1.0, 2.0, 1.0]
    assert site.cells["x"].tolist() == [50.0, 66.0, 84.5]
    Forces().apply(view, Duration(2.0))
    pull = 150.0 if lymphocytes else 0.0
    np.testing.assert_allclose(site.cells["x"], [50.0, 66.0 + 2e-4 * (4000.0 + pull), 84.5 - 2e-4 * pull], rtol=1e-14)
    assert site.cells["y"].tolist() == [40.0, 42.0, 40.0]
    assert site.cells["z"].tolist() == [10.0] * 3


def test_antibody_against_ecadherin_loosens_cells():
    """M48: at its dissociation constant it takes half of the cadherin bonds, and half of the pull."""

    def gap_held(blocked):
        columns = {
            "lineage": np.array([11, 22], np.uint64),
            "x": np.array([50.0, 68.5]),
            "y": np.full(2, 40.0),
            "z": np.full(2, 10.0),
            "radius": np.full(2, 9.0),
            "mobility": np.full(2, 1e-4),
            "ecadherin": np.full(2, 1e5),
            "ecadherin_blocked": np.full(2, blocked),
        }
        site, view = site_of(columns, (10, 10, 1), 22.5)
        Forces().apply(view, Duration(2.0))
        return site.cells["cadherin_bonds"].copy(), site.cells["x"] - columns["x"]

    bonds, pulled = gap_held(0.0)
    fewer, less = gap_held(1.0)
    assert bonds.min() > 0.0
    assert abs(pulled[0]) > 0.0
    np.testing.assert_allclose(fewer, 0.5 * bonds, rtol=1e-14)
    np.testing.assert_allclose(less, 0.5 * pulled, rtol=1e-9)


def test_process_does_the_same_on_several_threads(monkeypatch):
    """To the bit, and with a large site's parts on whatever threads there are."""
    (x, y, z, lineage, radius, ecadherin, partner, bonds), extent = crowd(200, 7)
    columns = {"x": x, "y": y, "z": z, "lineage": lineage, "radius": radius, "ecadherin": ecadherin}
    columns |= {"partner": partner, "bonds": bonds, "mobility": np.full(200, 1e-4), "drift_x": np.linspace(-1, 1, 200)}
    voxels = tuple(int(length / 20.0) + (axis < 2) for axis, length in enumerate(extent))
    results = []
    for threads in (1, 3):
        monkeypatch.setattr(forces, "threads_for", lambda _, threads=threads: threads)
        site, view = site_of(columns, voxels, 22.5, ["lymphocytes"])
        site.voxels["capsule"][::7] = 0.1
        Forces().settle(view)
        settled = {name: site.cells[name].copy() for name in ("x", "pressure", "hold")}
        Forces().apply(view, Duration(2.0))
        results.append([*settled.values(), *(site.cells[n].copy() for n in Forces.writes)])
        np.testing.assert_array_equal(settled["x"], x)
        assert (settled["hold"] == 1.0).all() and settled["pressure"].any()
        assert (site.cells["x"] != x).any()
    for alone, together in zip(*results, strict=True):
        np.testing.assert_array_equal(alone, together)


def test_process_takes_an_empty_site():
    _, view = site_of({"x": np.empty(0)}, (10, 10, 1), 22.5)
    Forces().settle(view)
    Forces().apply(view, Duration(2.0))


def test_process_refuses_cells_that_outgrew_the_search():
    _, view = site_of({"x": np.array([50.0]), "radius": np.array([12.0])}, (10, 10, 1), 22.5)
    with pytest.raises(ContractError, match="larger side"):
        Forces().apply(view, Duration(2.0))
