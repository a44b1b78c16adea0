"""How blood flows through each stretch of vessel: shear stress, shear rate and diameter, with ranges and sources.

Organs have two segments that a tumour cell passes one after the other: a `capillary` (a sinusoid in the liver, marrow
and adrenal), narrow, where cells are held by size, and the `venule` behind it, wide, where what holds is adhesion.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulation.engine.parameter import Parametrised, parameter

CAPILLARY, VENULE = "capillary", "venule"
SEGMENTS = (CAPILLARY, VENULE)


@dataclass(frozen=True)
class Flow(Parametrised):
    """Blood flow in one stretch of vessel.

    organ                  str       name of the organ, or of a vessel that belongs to none
    segment                str       "capillary", "venule", or what else it is
    meaning                str       in words
    stress_range           dyn/cm2   lowest and highest shear stress
    rate_range             1/s       lowest and highest shear rate; infinity where none is given
    diameter_range         um        narrowest and widest
    source                 str       of the numbers
    """

    organ: str
    segment: str
    meaning: str
    shear_stress: float = parameter(2.0, "dyn/cm^2", "shear stress at the wall", source="by segment", bounds=(0, 1e3))
    shear_rate: float = parameter(150.0, "1/s", "shear rate at the wall", source="by segment", bounds=(0, 1e5))
    diameter: float = parameter(10.0, "um", "inner diameter", source="by segment", bounds=(1, 1e5))
    stress_range: tuple[float, float] = (0.0, 1e3)
    rate_range: tuple[float, float] = (0.0, 1e5)
    diameter_range: tuple[float, float] = (1.0, 1e5)
    source: str = "assumed"

    @property
    def name(self) -> str:
        """Name of the stretch: organ and segment."""
        return f"{self.organ}_{self.segment}"


def _venule(organ: str) -> Flow:
    """Venule of an organ of which nothing else is known: as behind the sinusoids."""
    return Flow(
        organ, VENULE, "post-capillary venule", 3.0, 200.0, 30.0, (1.0, 5.0), (100.0, 500.0), (25.0, 50.0),
        "assumed: as behind the sinusoids of the liver",
    )  # fmt: skip


FLOWS: dict[str, Flow] = {
    f.name: f
    for f in (
        Flow(
            "liver", CAPILLARY, "hepatic sinusoid, 0.1-0.4 mm/s", 0.5, 100.0, 7.0, (0.1, 3.0), (50.0, 200.0),
            (5.0, 12.0), "assumed; fenestrae: The Computed Sinusoid, Livers 2023;3(4):43",
        ),
        Flow(
            "liver", VENULE, "post-sinusoidal venule, where leukocytes hold to ICAM-1", 3.0, 200.0, 50.0, (1.0, 5.0),
            (100.0, 500.0), (25.0, 50.0), "assumed; ICAM-1 dependence: Vollmar 1995, PMID 7846625",
        ),
        Flow(
            "liver", "portal_branch", "branch of the portal vein in a portal tract", 3.0, 60.0, 36.0, (2.0, 5.0),
            (20.0, 100.0), (20.0, 1e4), "assumed; lower in cirrhosis (rat): PMC4393934",
        ),
        Flow(
            "lung", CAPILLARY, "alveolar capillary", 6.0, 300.0, 6.0, (2.0, 10.0), (200.0, 500.0), (5.0, 8.0), "assumed"
        ),
        _venule("lung"),
        Flow(
            "lymph_node", CAPILLARY, "capillary of a lymph node", 2.0, 100.0, 10.0, (1.0, 5.0), (50.0, 200.0),
            (5.0, 12.0), "assumed",
        ),
        _venule("lymph_node"),
        Flow(
            "bone", CAPILLARY, "sinusoid of the marrow", 2.0, 100.0, 20.0, (1.0, 3.0), (50.0, 150.0), (10.0, 30.0),
            "assumed",
        ),
        _venule("bone"),
        Flow(
            "adrenal", CAPILLARY, "sinusoid of the adrenal cortex", 2.0, 150.0, 10.0, (1.0, 5.0), (50.0, 200.0),
            (5.0, 20.0), "assumed",
        ),
        _venule("adrenal"),
        Flow(
            "brain", CAPILLARY, "capillary of the brain", 6.0, 300.0, 6.0, (2.0, 10.0), (200.0, 500.0), (5.0, 8.0),
            "assumed: as in the lung",
        ),
        _venule("brain"),
        Flow(
            "artery", "artery", "where nothing adheres", 20.0, 1000.0, 4000.0, (10.0, 30.0), (500.0, 1e5), (100.0, 3e4),
            "assumed",
        ),
    )
}  # fmt: skip


def flow(organ: str, segment: str) -> Flow:
    """Return the flow in a segment of an organ; that of an average capillary or venule where it is not listed."""
    known = FLOWS.get(f"{organ}_{segment}")
    if known is not None:
        return known
    return _venule(organ) if segment == VENULE else Flow(organ, CAPILLARY, "average capillary", 1.0, 100.0, 7.0)
