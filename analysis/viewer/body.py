"""The state of the whole body at one moment, in numbers: the primary, the blood, and every organ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.viewer.frame import TUMOUR_CELL, Frame

#: units of what is dissolved in the blood, where nothing else tells them
UNITS = {"sicam1": "ng/mL", "il16": "ng/mL", "alt": "U/L", "ast": "U/L"}


@dataclass(frozen=True)
class Organ:
    """Tumour cells in one organ; None where it is not known.

    arrived       left the blood into it since the start
    growing       living there that came by blood, and their offspring, awake
    dormant       the same, asleep
    colonies      with a living cell
    metastases    colonies of a metastasis' size
    """

    arrived: float | None
    growing: float
    dormant: float
    colonies: float
    metastases: float | None = None

    @property
    def living(self) -> float:
        """Awake and asleep."""
        return self.growing + self.dormant


@dataclass(frozen=True)
class Body:
    """One moment.

    day              day
    primary          str                name of the organ with the primary
    primary_cells    cells of the primary
    shed             tumour cells that entered the blood since the start, None where it is not known
    afloat           alive in the blood and moving
    arrested         held in a vessel
    died             died in the blood since the start, None where it is not known
    company          singles, clusters, with_lymphocyte, with_neutrophil: convoys in the blood
    organs           name -> Organ
    serum            name -> (value, unit): what is dissolved in the blood
    """

    day: float
    primary: str
    primary_cells: float
    shed: float | None
    afloat: float
    arrested: float
    died: float | None
    company: Mapping[str, float]
    organs: Mapping[str, Organ]
    serum: Mapping[str, tuple[float, str]] = field(default_factory=dict)

    @property
    def extravasated(self) -> float | None:
        """Left the blood into any tissue since the start."""
        known = [o.arrived for o in self.organs.values()]
        return None if not known or None in known else float(sum(a for a in known if a is not None))

    @property
    def growing(self) -> float:
        """Awake in all organs."""
        return sum(organ.growing for organ in self.organs.values())

    @property
    def dormant(self) -> float:
        """Asleep in all organs."""
        return sum(organ.dormant for organ in self.organs.values())


def body_of(frame: Frame) -> Body:
    """Return what a single frame tells of the body; what had happened before it is not in it."""
    blood, sites = frame.blood, frame.organs
    primary = next(iter(sites), frame.site)
    company = ("singles", "clusters", "with_lymphocyte", "with_neutrophil")
    first = sites.get(primary, {})
    return Body(
        day=frame.day,
        primary=primary,
        primary_cells=first.get(TUMOUR_CELL, 0.0) - first.get("arrived", 0.0),
        shed=blood.get("shed"),
        afloat=blood.get("tumour_cells", 0.0) - blood.get("arrested", 0.0),
        arrested=blood.get("arrested", 0.0),
        died=blood.get("died"),
        company={name: blood.get(name, 0.0) for name in company},
        organs={
            name: Organ(None, of.get("growing", 0.0), of.get("dormant", 0.0), of.get("colonies", 0.0))
            for name, of in sites.items()
        },
        serum={name: (value, unit) for name, value in blood.items() if (unit := unit_of(name))},
    )


def unit_of(name: str) -> str:
    """Return the unit of what is dissolved in the blood; "" for other numbers of it, as counts and factors."""
    return "ug/mL" if name.startswith("anti_") else UNITS.get(name, "")
