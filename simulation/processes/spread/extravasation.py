"""Extravasation: a convoy held in a vessel works its way through the wall and lands beside it.

    H(t) = (t / scale)^3,  scale = mean_time / Gamma(4/3)          Weibull, shape 3, of mean `mean_time`
    chance to cross in a step = 1 - exp(-(H(t) - H(t - dt)) * barrier * (1 + gain * p) / (1 + gain * quiet))

t          traveller.arrest_time   min   how long it has been held
barrier                            1     what the organ's vessel wall allows
p                                  1     openness of junctions: 1 under the bonds of cells held by adhesion, else the
                                         mean `permeability` of the organ's endothelium
quiet                              1     the same in a quiet venule, to which `mean_time` applies

Crossing takes work, so the hazard grows while a cell is held. With a constant hazard a mean of 18 h and more than 80 %
of survivors out by 24 h exclude each other (it gives 74 %); with this law 82 % are out by 24 h, 1 % by 4.4 h, 99 % by
34 h.

The draw is keyed by the convoy, which crosses as a whole beside one endothelial cell; its tumour cells found one
colony, named after the convoy, asleep. Lymphocytes that came along arrive as what they are.

Told as events: `crossed`, with the minutes a cell was in the blood; and of tumour cells `reseeded`, with 1 where they
come back to the organ that they left and 2 where others have settled in that organ before.

Mechanisms: M60b, M62 (barrier).
Sources: mean 18 h: assumed; more than 80 % by 24 h: Koop 1995, Fate of melanoma cells entering the microcirculation;
permeability_gain: vocabulary/junctions.py, computed from venules with and without ICAM-1, PMC2544502.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within, chunked_sum
from simulation.engine.chance import direction, happens, uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.blood import BY_ADHESION
from simulation.vocabulary.junctions import GAIN, QUIET
from simulation.vocabulary.organs import ORGANS, Organ, organ_of

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Counts = NDArray[np.int64]

GAMMA_4_3 = 0.8929795115692493  # Gamma(1 + 1/3): mean over scale of a Weibull time of shape 3
CROSS, PLACE, SIDE = 0, 1, 2  # which draw is for what


@dataclass(frozen=True)
class Extravasation(BodyProcess):
    """Held cells leave the blood into the tissue.

    organs    mapping of str to Organ    by site's name; a site that is not among them is an average organ
    """

    stage, every = Stage.SPREAD, "10 min"
    of_travellers = True
    reads = frozenset(
        {
            "x", "y", "z", "radius", "o2_exchange", "permeability", "traveller.lineage", "traveller.convoy",
            "traveller.site", "traveller.arrested", "traveller.arrest_time", "traveller.invasive", "traveller.radius",
            "traveller.origin", "traveller.in_blood", "colony",
        }
    )  # fmt: skip
    adds = frozenset({"traveller.extravasates"})
    writes = frozenset({"traveller.x", "traveller.y", "traveller.z", "traveller.colony", "traveller.dormant"})
    mechanisms = frozenset({"M60b", "M62"})

    organs: Mapping[str, Organ] = field(default_factory=lambda: ORGANS, hash=False, repr=False)
    mean_time: float = parameter(
        18.0, "h", "mean time to cross where the barrier is 1 and the wall is quiet", source="assumed: 6-48 h",
        bounds=(0.01, 1e4),
    )  # fmt: skip
    permeability_gain: float = parameter(
        GAIN, "1", "what open junctions add; 0 = they make no difference",
        source="computed: venules with and without ICAM-1 and under TNF, PMC2544502", bounds=(0, 100),
    )  # fmt: skip

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Decide which convoys cross, and put their cells beside the vessel."""
        t = body.travellers
        if t.n == 0:
            return
        key, tick = body.chance.key, body.chance.tick
        scale = self.mean_time * 60.0 / GAMMA_4_3
        organs = [organ_of(self.organs, site.name) for site in body.sites]
        barriers = np.array([organ.barrier / (1.0 + self.permeability_gain * QUIET) for organ in organs])
        rows = lucky(
            t.convoy, t.site, t.arrested, t.arrest_time, dt.minutes, scale, barriers, self.permeability_gain, key, tick
        )
        for place in sorted(set(t.site[rows].tolist())):
            site, here = body.sites[place], rows[t.site[rows] == place]
            c = site.cells
            wall = np.flatnonzero(c.o2_exchange > 0.0)
            wall = wall[np.argsort(c.lineage[wall], kind="stable")]
            shut = float(chunked_sum(c.permeability[wall])) / wall.size if wall.size else QUIET
            before = t.extravasates[here] > 0.0
            cross(
                here, t.lineage, t.convoy, t.arrested, t.arrest_time, t.invasive, t.radius, dt.minutes, scale,
                barriers[place], self.permeability_gain, shut,
                c.x[wall], c.y[wall], c.z[wall], c.radius[wall], site.lattice.extent, site.lattice.dimension, key, tick,
                t.x, t.y, t.z, t.colony, t.dormant, t.extravasates,
            )  # fmt: skip
            crossing = here[(t.extravasates[here] > 0.0) & ~before]
            if crossing.size:
                body.report("crossed", crossing, t.in_blood[crossing])
                home = t.origin[crossing] == site.number
                again = (t.invasive[crossing] > 0.0) & (home | present(c.colony))
                body.report("reseeded", crossing[again], np.where(home[again], 1.0, 2.0))


@inlined
def cumulated(minutes: float, scale: float) -> float:
    """Cumulated hazard H of having been held so long, both in min."""
    ratio = max(0.0, minutes) / scale
    return ratio * ratio * ratio


@inlined
def inside(position: float, length: float) -> float:
    """Keep a coordinate within 0 ... length."""
    return min(max(position, 0.0), length)


@inlined
def work(held: float, dt: float, scale: float, barrier: float, gain: float, opened: float) -> float:
    """Hazard of crossing in a step, having been held so long; arguments as in `cross`."""
    return (cumulated(held, scale) - cumulated(held - dt, scale)) * barrier * (1.0 + gain * opened)


@kernel
def lucky(
    convoy: Lineages,
    site: Counts,
    arrested: Floats,
    arrest_time: Floats,
    dt: float,
    scale: float,
    barriers: Floats,
    gain: float,
    key: np.uint64,
    tick: int,
) -> Counts:
    """Return the held rows that would cross with all junctions open: nobody else does, whatever the wall is like.

    barriers    sites   1    see `cross`
    """
    rows, n = np.empty(site.size, np.int64), 0
    for row in range(site.size):
        if site[row] >= 0 and arrested[row] > 0.0:
            most = 1.000001 * work(arrest_time[row], dt, scale, barriers[site[row]], gain, 1.0) + 1e-12
            if happens(chance_within(most), key, tick, convoy[row], CROSS):
                rows[n] = row
                n += 1
    return rows[:n]


@kernel
def cross(
    rows: Counts,
    lineage: Lineages,
    convoy: Lineages,
    arrested: Floats,
    arrest_time: Floats,
    invasive: Floats,
    radius: Floats,
    dt: float,
    scale: float,
    barrier: float,
    gain: float,
    permeability: float,
    wall_x: Floats,
    wall_y: Floats,
    wall_z: Floats,
    wall_radius: Floats,
    extent: tuple[float, float, float],
    dimension: int,
    key: np.uint64,
    tick: int,
    x: Floats,
    y: Floats,
    z: Floats,
    colony: Lineages,
    dormant: Floats,
    extravasates: Floats,
) -> None:
    """Decide for the held cells of one site; a convoy's cells come to the same decision, each for itself.

    rows                           travellers held here
    dt, scale            min       step, scale of the time to cross
    barrier              1         of the organ, over 1 + gain * quiet
    wall_x ... _radius   m   um    endothelial cells in the order of lineage; without any, anywhere in the box
    x, y, z, colony, dormant   n   changed for those that cross
    extravasates         n   1     added to
    """
    for row in rows:
        name = convoy[row]
        opened = 1.0 if arrested[row] == BY_ADHESION else permeability
        hazard = work(arrest_time[row], dt, scale, barrier, gain, opened)
        if not happens(chance_within(hazard), key, tick, name, CROSS):
            continue
        extravasates[row] += 1.0
        if wall_x.size > 0:
            beside = min(int(uniform(key, tick, name, PLACE) * wall_x.size), wall_x.size - 1)
            at_x, at_y, at_z, away = wall_x[beside], wall_y[beside], wall_z[beside], wall_radius[beside] + radius[row]
        else:
            at_x = uniform(key, tick, name, PLACE) * extent[0]
            at_y = uniform(key, tick, name, PLACE + 2) * extent[1]
            at_z = uniform(key, tick, name, PLACE + 3) * extent[2] if dimension == 3 else 0.5 * extent[2]
            away = radius[row]
        dx, dy, dz = direction(key, tick, lineage[row], SIDE, dimension)
        x[row] = inside(at_x + away * dx, extent[0])
        y[row] = inside(at_y + away * dy, extent[1])
        z[row] = inside(at_z + away * dz, extent[2])
        founds = invasive[row] > 0.0
        colony[row] = name if founds else np.uint64(0)
        dormant[row] = 1.0 if founds else 0.0
