"""Sites of the body: how blood flows through them, and how ready they are to receive a tumour cell."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.engine.parameter import Parametrised, parameter


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
    capillary_diameter: float = parameter(7.0, "um", "capillary diameter", source="assumed", bounds=(2, 100))
    shear_rate: float = parameter(100.0, "1/s", "shear rate in its microvessels", source="assumed", bounds=(0, 1e5))
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


ORGANS: dict[str, Organ] = {
    o.name: o
    for o in (
        Organ(
            "liver",
            "the primary's own organ, reached by portal branches",
            "UBERON:0002107",
            0.06,
            0.20,
            0.0,
            7.0,
            100.0,
            0.8,
            1.0,
            1.0,
        ),
        Organ(
            "lung",
            "first capillary bed behind the hepatic vein",
            "UBERON:0002048",
            0.0,
            0.0,
            0.0,
            6.0,
            300.0,
            0.9,
            1.0,
            1.0,
        ),
        Organ("lymph_node", "reached by lymph", "UBERON:0000029", 0.02, 0.0, 0.15, 10.0, 100.0, 0.5, 2.0, 1.0),
        Organ("bone", "sinusoids of the marrow", "UBERON:0002481", 0.05, 0.0, 0.0, 20.0, 100.0, 0.3, 1.5, 1.0),
        Organ("adrenal", "sinusoidal, small", "UBERON:0002369", 0.01, 0.0, 0.0, 10.0, 150.0, 0.5, 1.5, 1.0),
        Organ("brain", "behind the blood-brain barrier", "UBERON:0000955", 0.14, 0.0, 0.0, 6.0, 300.0, 0.9, 0.3, 0.1),
    )
}
