"""The force kernel against a plain double loop written from the formulas, without bins, slots or compiled code."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.neighbours import CellList
from simulation.processes.adhesion.forces import Law, interact, interact_together, locked


def naive(cells, law):
    """Force, pressure, cadherin bonds and crowding of every cell; `cells` is a list of dicts."""
    results = []
    for i in cells:
        force, pushed, bonds, crowding = [0.0, 0.0, 0.0], 0.0, 0.0, 0
        for j in cells:
            if i is j:
                continue
            away = [b - a for a, b in zip(i["at"], j["at"], strict=True)]
            d = math.sqrt(sum(c * c for c in away))
            touch = i["radius"] + j["radius"]
            if d >= law.reach * touch:
                continue
            crowding += 1
            small, large = sorted((law.reach * i["radius"], law.reach * j["radius"]))
            if d * d <= large * large - small * small:
                area = math.pi * small * small
            else:  # Heron: the circle's radius is the height of the triangle small, large, d
                s = (small + large + d) / 2.0
                height = 2.0 * math.sqrt(max(0.0, s * (s - small) * (s - large) * (s - d))) / d
                area = math.pi * height * height
            n = law.bond_density * area * min(i["ecadherin"], j["ecadherin"]) / law.ecadherin_reference
            bonds += n
            if d < touch:
                f = -law.stiffness * (touch - d)
                pushed += abs(f)
            else:
                held = sum(a["bonds"] for a, b in ((i, j), (j, i)) if a["partner"] == b["lineage"])
                f = (n * law.cadherin_force + held * law.lfa1_force) * min(1.0, (d - touch) / law.slack)
            for axis in range(3):
                force[axis] += f * away[axis] / d
        results.append((*force, pushed / (4.0 * math.pi * i["radius"] ** 2), bonds, crowding))
    return np.array(results).reshape(len(cells), 6)


@settings(max_examples=80, deadline=None)
@given(
    n=st.integers(0, 40),
    flat=st.booleans(),
    box=st.tuples(st.floats(15.0, 120.0), st.floats(15.0, 120.0), st.floats(15.0, 120.0)),
    reach=st.floats(1.0, 1.6),
    slack=st.floats(0.2, 3.0),
    parts=st.integers(1, 9),
    antibody=st.sampled_from([0.0, 2.5]),
    seed=st.integers(0, 2**32 - 1),
)
def test_kernel_equals_the_double_loop(n, flat, box, reach, slack, parts, antibody, seed):
    rng = np.random.default_rng(seed)
    law = Law(1800.0, reach, 7.0, 9e4, 1.5, 12.0, slack)
    extent = (box[0], box[1], 10.0) if flat else box
    x, y, z = (rng.uniform(0.0, length, n) for length in extent)
    if flat:
        z[:] = 5.0
    lineage = rng.choice(2**40, n, replace=False).astype(np.uint64) + np.uint64(1)
    radius, ecadherin = rng.uniform(3.0, 10.0, n), rng.choice([0.0, 2e4, 1e5], n)
    blocked = rng.choice([0.0, 1.0], n) * antibody
    partner = np.where(rng.random(n) < 0.5, rng.choice(lineage, n) if n else lineage, np.uint64(0))
    partner = np.where(partner == lineage, np.uint64(0), partner)
    bonds = rng.uniform(0.0, 40.0, n)
    cells = [
        {"at": (x[i], y[i], z[i]), "lineage": int(lineage[i]), "radius": radius[i],
         "ecadherin": ecadherin[i] / (1.0 + blocked[i]), "partner": int(partner[i]), "bonds": bonds[i]}
        for i in range(n)
    ]  # fmt: skip
    found, in_parts = np.empty((6, n)), np.empty((6, n))
    listed = CellList.build(x, y, z, lineage, side=reach * 20.0, extent=extent)
    read = [locked(c) for c in (radius, ecadherin, blocked, partner, bonds)]
    interact(listed, (True, True, not flat), *read, law, found[:3], *found[3:])
    interact_together(listed, (True, True, not flat), *read, law, in_parts[:3], *in_parts[3:], parts)
    np.testing.assert_array_equal(in_parts, found)
    expected = naive(cells, law)
    scale = np.abs(expected).max(axis=0, initial=1.0)
    np.testing.assert_allclose(found.T / scale, expected / scale, rtol=0.0, atol=1e-12)


def test_the_oracle_itself_knows_two_cells():
    law = Law(2000.0, 1.25, 10.0, 1e5, 1.0, 10.0, 1.0)
    one = {"radius": 9.0, "ecadherin": 1e5, "partner": 0, "bonds": 0.0}
    left, right = {**one, "at": (0.0, 0.0, 0.0), "lineage": 1}, {**one, "at": (16.0, 0.0, 0.0), "lineage": 2}
    result = naive([left, right], law)
    assert result[:, 0].tolist() == [-4000.0, 4000.0]
    assert result[0, 4] == pytest.approx(10.0 * math.pi * (11.25**2 - 8.0**2))
