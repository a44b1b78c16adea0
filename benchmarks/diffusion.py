"""Ten substances on 128 x 128 voxels, one step of any length; beside the bare transforms it cannot do without.

python -m benchmarks.diffusion
"""

from __future__ import annotations

import numpy as np
from scipy.fft import dctn, idctn

from benchmarks.record import Target, best, publish
from simulation.engine.diffusion import SpectralDiffusion
from simulation.engine.implicit_diffusion import ImplicitDiffusion
from simulation.engine.lattice import Lattice

SUBSTANCES, ACROSS, SIDE = 10, 128, 20.0


def main() -> None:
    lattice = Lattice((ACROSS, ACROSS, 1), SIDE)
    rng = np.random.default_rng(1)
    fields, sources = rng.random((2, SUBSTANCES, lattice.n_voxels))
    spread = np.full(SUBSTANCES, 5000.0)
    solver = SpectralDiffusion(lattice, spread, np.full(SUBSTANCES, 0.01), 10.0)
    boxes = fields.reshape(SUBSTANCES, ACROSS, ACROSS)
    fed = sources.reshape(boxes.shape)
    step = best(2.0, lambda: solver.step(fields, sources))
    unfed = best(1.0, lambda: solver.step(fields, np.zeros_like(sources)))
    # an exact step with sources needs two transforms there and one back
    bare = best(2.0, lambda: (dctn(boxes, axes=(1, 2)), dctn(fed, axes=(1, 2)), idctn(boxes, axes=(1, 2))))
    oxygen = ImplicitDiffusion(lattice, 1e5, 0.1)
    o2, uptake = np.full(lattice.n_voxels, 38.0), rng.random(lattice.n_voxels) * 10.0
    exchange = (rng.random(lattice.n_voxels) < 0.02) * 50.0
    steady = best(1.0, lambda: oxygen.steady(o2.copy(), uptake=uptake, exchange=exchange, vessel=60.0))
    explicit = 10.0 / (0.25 * SIDE * SIDE / spread[0])
    rows = [
        {
            "work": name,
            "ms": t * 1e3,
            "over the bare transforms": t / bare,
            "M voxel-steps/s": k * lattice.n_voxels / t / 1e6,
        }
        for name, t, k in (
            ("step of ten substances, all with sources", step, SUBSTANCES),
            ("the same without sources", unfed, SUBSTANCES),
            ("bare cosine transforms, 2 there and 1 back", bare, SUBSTANCES),
            ("oxygen with uptake, steady state", steady, 1),
        )
    ]
    how = f"""Ten substances on {ACROSS} x {ACROSS} voxels, a step of 10 min, one thread. The step is exact in time: an
        explicit scheme would need at least {explicit:.0f} steps for it."""
    target = Target("diffusion of 10 substances on 128 x 128", step * 1e3, 5.0, "ms")
    publish("diffusion", "Diffusion", how, rows, [target])


if __name__ == "__main__":
    main()
