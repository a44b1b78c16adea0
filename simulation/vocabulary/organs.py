"""Sites of the body: how blood flows through them, and how ready they are to receive a tumour cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from simulation.engine.parameter import Parametrised, parameter
from simulation.vocabulary.haemodynamics import CAPILLARY, VENULE, flow

FLOWING = "vocabulary/haemodynamics.py"


@dataclass(frozen=True)
class Organ(Parametrised):
    """One organ that can receive metastases."""

    name: str
    meaning: str
    uberon: str
    flow_share: float = parameter(
        0.0, "1", "share of left-heart output through its capillaries", source="assumed", bounds=(0, 1)
    )
    portal_share: float = parameter(
        0.0, "1", "share of cells shed in the liver that stay in it by portal branches", source="assumed", bounds=(0, 1)
    )
    lymph_share: float = parameter(
        0.0, "1", "share of cells shed in the liver that reach it by lymph", source="assumed", bounds=(0, 1)
    )
    capillary_diameter: float = parameter(7.0, "um", "capillary diameter", source=FLOWING, bounds=(2, 100))
    shear_rate: float = parameter(100.0, "1/s", "shear rate in its capillaries", source=FLOWING, bounds=(0, 1e5))
    mechanical_arrest: float = parameter(
        0.5, "1", "chance per passage that a single cell is held by size", source="assumed", bounds=(0, 1)
    )
    fertility: float = parameter(
        1.0, "1", "how readily a cell that came in begins to grow, liver = 1", source="assumed", bounds=(0, 100)
    )
    barrier: float = parameter(
        1.0,
        "1",
        "share of extravasation that the vessel wall allows; brain 0.02 for lymphocytes",
        source="assumed",
        bounds=(0, 1),
    )

    shear_stress: float = parameter(1.0, "dyn/cm^2", "shear stress in its capillaries", source=FLOWING, bounds=(0, 1e3))
    venule_shear_rate: float = parameter(200.0, "1/s", "shear rate in its venules", source=FLOWING, bounds=(0, 1e5))
    venule_shear_stress: float = parameter(
        3.0, "dyn/cm^2", "shear stress in its venules", source=FLOWING, bounds=(0, 1e3)
    )
    venule_diameter: float = parameter(30.0, "um", "venule diameter", source=FLOWING, bounds=(5, 200))
    venule_share: float = parameter(
        0.15, "1", "share of its wall cells that line venules", source="assumed", bounds=(0, 1)
    )


def _organ(
    name: str, meaning: str, uberon: str, flow_share: float, portal: float, lymph: float, holding: float,
    fertility: float, barrier: float,
) -> Organ:  # fmt: skip
    """Return an organ whose flow is that of vocabulary/haemodynamics.py."""
    narrow, wide = flow(name, CAPILLARY), flow(name, VENULE)
    return Organ(
        name,
        meaning,
        uberon,
        flow_share,
        portal,
        lymph,
        narrow.diameter,
        narrow.shear_rate,
        holding,
        fertility,
        barrier,
        narrow.shear_stress,
        wide.shear_rate,
        wide.shear_stress,
        wide.diameter,
    )


ORGANS: dict[str, Organ] = {
    o.name: o
    for o in (
        _organ("liver", "the primary's own organ, reached by portal branches", "UBERON:0002107",
               0.06, 0.20, 0.0, 0.8, 1.0, 1.0),
        _organ("lung", "first capillary bed behind the hepatic vein", "UBERON:0002048", 0.0, 0.0, 0.0, 0.9, 1.0, 1.0),
        _organ("lymph_node", "reached by lymph", "UBERON:0000029", 0.02, 0.0, 0.15, 0.5, 2.0, 1.0),
        _organ("bone", "sinusoids of the marrow", "UBERON:0002481", 0.05, 0.0, 0.0, 0.3, 1.5, 1.0),
        _organ("adrenal", "sinusoidal, small", "UBERON:0002369", 0.01, 0.0, 0.0, 0.5, 1.5, 1.0),
        _organ("brain", "behind the blood-brain barrier", "UBERON:0000955", 0.14, 0.0, 0.0, 0.9, 0.3, 0.1),
    )
}  # fmt: skip


@cache
def _unknown(name: str) -> Organ:
    return Organ(name, "no organ of the table", "")


def organ_of(organs: Mapping[str, Organ], site: str) -> Organ:
    """Return the organ of a site; one that is not in the table is an average organ."""
    known = organs.get(site)
    return known if known is not None else _unknown(site)
