"""Antibody: injections or an infusion of an antibody against a surface molecule.

    pool.anti_{target}_input += dose / period        in the period that holds the time of an injection
    pool.anti_{target}_input += infusion             while start <= time < end

pool.anti_*_input   ug/mL/h    what the blood gains; clearance is the blood's business
dose                ug/mL      concentration an injection brings to the blood at once

Each injection falls into exactly one period, whatever the rounding of times. A dose of 0 adds exactly 0.

Mechanisms: M04, M67.
Sources: assays use 2 ug/mL and 5 to 10 ug/mL (LAK: Alexander 1999, Br J Cancer 80:1494).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.engine.errors import InputError
from simulation.engine.lasting import Lasting
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.molecules import BLOCKABLE

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

TARGETS = tuple(BLOCKABLE)


@dataclass(frozen=True)
class Antibody(Lasting, BodyProcess):
    """Bring antibody into the blood.

    label    str    name in the plan where a scenario has several
    """

    stage, every = Stage.TREAT, "10 min"
    adds = frozenset(f"pool.anti_{t}_input" for t in TARGETS)
    mechanisms = frozenset({"M04", "M67"})

    target: str = parameter("icam1", "", "what it binds", source="scenario", choices=TARGETS)
    dose: float = parameter(
        10.0, "ug/mL", "what one injection brings", bounds=(0, 1e5),
        source="Alexander 1999, Br J Cancer 80:1494: 5 to 10",
    )  # fmt: skip
    days: tuple[float, ...] = parameter((0.0,), "day", "days of injection", source="scenario")
    infusion: float = parameter(0.0, "ug/mL/h", "steady infusion", source="scenario", bounds=(0, 1e4))
    label: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for day in self.days:
            if isinstance(day, bool) or not isinstance(day, int | float) or not 0 <= day <= 1e6:
                raise InputError(f"{day!r} is not a day", where="Antibody.days", expected="expected 0 or later")

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Add what falls into this period."""
        now = round(body.time.minutes / dt.minutes)
        injections = sum(math.floor(day * 1440.0 / dt.minutes + 1e-9) == now for day in self.days)
        rate = injections * self.dose / dt.hours
        if self.lasts(body.time):
            rate += self.infusion
        body.pools[f"anti_{self.target}_input"][:] += rate
