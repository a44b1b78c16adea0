"""The worlds of a design as runs: each a control and a treatment with the same parameters, and the same luck as all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.endpoint import Endpoint, cut_at_shortest
from analysis.study import Arm, Study
from simulation import InputError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sensitivity.ranges import Varied

#: what is kept of a run that is only counted
KEPT = ("record.cells=off", "record.fields=off")


@dataclass
class Worlds:
    """Runs the worlds of designs.

    study        Study          the one whose effect is asked about
    control      Arm            of it
    treated      Arm
    endpoints    of the effects
    varied       Varied
    folder       Path           gets a folder of runs for each design
    replicates   int            pairs per world
    how          arguments of `compare`
    troubles     list of str    worlds that could not be made, and why; grows
    """

    study: Study
    control: Arm
    treated: Arm
    endpoints: tuple[Endpoint, ...]
    varied: Varied
    folder: Path
    replicates: int
    how: dict[str, Any]
    troubles: list[str] = field(default_factory=list)

    def effects(self, name: str, design: pd.DataFrame) -> pd.DataFrame:
        """Run a design and return its effects.

        name       str    of the design, a word
        design     a row per world, a column per parameter
        returns    a row per world, a column per endpoint: mean over pairs of treated - control; NaN where a run failed
        """
        import pandas as pd

        from analysis.comparison import compare

        asked = self.asked(name, design)
        found = compare(asked, out=self.folder, **self.how)
        for row in found.failures.itertuples():
            self.troubles.append(f"{name}, {row.arm}, replicate {row.replicate} (seed {row.seed}): {row.reason}")
        effects = pd.DataFrame(index=range(len(design)), columns=[e.name for e in self.endpoints], dtype=float)
        for endpoint in self.endpoints:
            runs = cut_at_shortest(found.runs, endpoint)
            done = runs[runs["status"] == "DONE"].set_index(["arm", "replicate"])[endpoint.name]
            for number in range(len(design)):
                plain, treated = (_of(done, word) for word in names(number))
                if plain is not None and treated is not None:
                    effects.loc[number, endpoint.name] = (
                        (treated - plain).reindex(range(1, self.replicates + 1)).mean(skipna=False)
                    )
        return effects

    def asked(self, name: str, design: pd.DataFrame) -> Study:
        """Return a design as a study: for each world an arm of the control and one of the treatment."""
        arms: list[Arm] = []
        for number, world in enumerate(design.to_dict("records")):
            settings = [self.written(path, value) for path, value in world.items()]
            plain, treated = names(number)
            try:
                pair = [arm.scenario.changed(*settings, *KEPT) for arm in (self.control, self.treated)]
            except InputError as error:
                self.troubles.append(f"{name}, world {number}: {str(error).splitlines()[0]}")
                continue
            arms.append(Arm(plain, f"world {number}", "", None, "", pair[0]))
            arms.append(Arm(treated, f"world {number}, {self.treated.label}", "", None, "", pair[1], plain))
        if not arms:
            raise InputError("no world of the design can be made", where=name, expected="expected one at least",
                             remedy=f"narrow the ranges; the first said: {self.troubles[0]}")  # fmt: skip
        return replace(
            self.study, name=name, arms=tuple(arms), control=arms[0], replicates=self.replicates,
            primary=self.endpoints, secondary=(), attribution=None, sweep=None,
        )  # fmt: skip

    def written(self, path: str, value: float) -> str:
        """Write a setting as a scenario takes it; digits beyond the twelfth may differ between machines."""
        unit = self.varied.units[path]
        return f"{path}={float(f'{value:.12g}')!r}{'' if unit == '1' else ' ' + unit}"


Effects = Callable[[str, "pd.DataFrame"], "pd.DataFrame"]


def names(number: int) -> tuple[str, str]:
    """Name the two arms of a world."""
    return f"w{number:05d}", f"w{number:05d}_treated"


def _of(done: pd.Series, arm: str) -> pd.Series | None:
    return done.loc[arm] if arm in done.index.get_level_values(0) else None
