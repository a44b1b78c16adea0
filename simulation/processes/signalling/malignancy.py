"""Malignancy: the farther a cell is transformed, the more ICAM-1 it makes without any stimulus.

    icam1_basal_factor *= f(stage) / f(stage_of_basal),      stage = metastatic for the cells of a colony

stage            1   degree of transformation, as numbered in simulation/vocabulary/stages.py
stage_of_basal   1   stage for which the cell type's basal synthesis is given: there the factor is exactly 1
colony           1   0 in the primary tumour and in normal tissue
f                1   basal synthesis by stage, dysplasia = 1; linear between stages

A stage never falls. Tissue at another stage than usual is set by the scenario, as `cells.hepatocyte.stage: 2`
(cirrhosis).

Mechanisms: M13.   Sources: see simulation/vocabulary/stages.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.stages import NUMBER, SOURCE, STAGES

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]

FACTORS = np.array([s.icam1 for s in STAGES])


@dataclass(frozen=True)
class Malignancy(SiteProcess):
    """Transformation raises basal ICAM-1."""

    stage, every = Stage.TREAT, "10 min"
    reads = frozenset({"stage_of_basal", "colony"})
    scales = frozenset({"icam1_basal_factor"})
    writes = frozenset({"stage"})
    mechanisms = frozenset({"M13"})

    weight: float = parameter(
        1.0, "1", "exponent of the factor; 0 makes all stages alike", source=SOURCE, bounds=(0, 1)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Mark colonies as metastatic and scale basal synthesis where a cell's stage is not that of its type."""
        c = site.cells
        transform(
            c.stage, c.icam1_basal_factor, c.stage_of_basal, c.colony, FACTORS, NUMBER["metastatic"], self.weight
        )  # fmt: skip


@inlined
def between(stage: float, factors: Floats) -> float:
    """Factor of a stage, linear between stages."""
    if not stage > 0.0:
        return float(factors[0])
    if stage >= factors.size - 1:
        return float(factors[-1])
    below = int(stage)
    return float((factors[below + 1] - factors[below]) * (stage - below) + factors[below])


@kernel
def transform(
    stage: Floats,
    basal_factor: Floats,
    given: Floats,
    colony: NDArray[np.uint64],
    factors: Floats,
    metastatic: float,
    weight: float,
) -> None:
    """Raise the stage of colonies, and scale `basal_factor` where a stage is not the `given` one; n, 1."""
    for i in range(stage.size):
        if colony[i] != 0:
            stage[i] = metastatic
        if stage[i] != given[i]:
            basal_factor[i] *= 1.0 + weight * (between(stage[i], factors) / between(given[i], factors) - 1.0)
