"""A study as text: one base scenario, arms that differ from it, replicates that pair the arms, endpoints.

    study = load_study("scenarios/comparisons/icam1_knockdown.yaml")

All faults of a study and of the scenarios its arms make are told at once, each in one line at its place. A study that
was read runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.endpoint import Endpoint
from analysis.study.seeds import seeds

if TYPE_CHECKING:
    from analysis.study.attribution import Plan
    from analysis.study.sensitivity import Sweep
    from simulation import Scenario


@dataclass(frozen=True)
class Arm:
    """One of the worlds that are compared.

    name        str                as in tables
    label       str                for a person
    series      str                name of the dose series it belongs to, empty for none
    dose        float or None      in `unit`; percents as shares, 90 % = 0.9
    unit        str                of the dose, "1" for a share or a pure number
    scenario    Scenario           complete; its seed is that of the replicate
    against     str                name of the arm it is compared with; empty for the study's control
    """

    name: str
    label: str
    series: str
    dose: float | None
    unit: str
    scenario: Scenario = field(repr=False)
    against: str = ""


@dataclass(frozen=True)
class Study:
    """What is compared, how often and by which answers.

    name          str                 file name without suffix
    path          Path                file it came from
    title         str                 one line
    question      str                 what is asked, for a person; may be empty
    base          str                 scenario the arms build on
    arms          tuple of Arm        in the order of the file
    control       Arm                 what the others are compared with unless they say otherwise; one of `arms`
    replicates    int                 worlds per arm
    seed          int                 of the study; gives every replicate its own
    primary       tuple of Endpoint   declared in advance
    secondary     tuple of Endpoint
    endpoints     name -> Endpoint    all that can be read off these runs
    attribution   Plan or None        how the effect of one arm is divided among arms of the mechanism
    sweep         Sweep or None       what a sensitivity analysis varies
    """

    name: str
    path: Path
    title: str
    question: str
    base: str
    arms: tuple[Arm, ...]
    control: Arm
    replicates: int
    seed: int
    primary: tuple[Endpoint, ...]
    secondary: tuple[Endpoint, ...]
    endpoints: dict[str, Endpoint] = field(repr=False)
    attribution: Plan | None = field(default=None, repr=False)
    sweep: Sweep | None = field(default=None, repr=False)

    @property
    def all_arms(self) -> tuple[Arm, ...]:
        """The arms that are compared, and those that are run only to divide an effect."""
        return self.arms + (self.attribution.extra if self.attribution else ())

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seed of every replicate, the same in all arms, so that replicate k is one world with one luck."""
        return seeds(self.seed, self.replicates)

    @property
    def controls(self) -> dict[str, str]:
        """Every arm that is compared -> the arm it is compared with."""
        names = {self.control.name, *(arm.against for arm in self.arms if arm.against)}
        return {arm.name: arm.against or self.control.name for arm in self.arms if arm.name not in names}

    @property
    def treated(self) -> tuple[Arm, ...]:
        """All arms that are compared with another."""
        compared = self.controls
        return tuple(arm for arm in self.arms if arm.name in compared)

    @property
    def series(self) -> dict[str, tuple[Arm, ...]]:
        """Dose series: name -> its arms, by dose."""
        names = dict.fromkeys(arm.series for arm in self.arms if arm.series)
        return {n: tuple(sorted((a for a in self.arms if a.series == n), key=lambda a: a.dose or 0.0)) for n in names}

    def runs(self) -> Iterator[tuple[Arm, int, Scenario]]:
        """Give every run: arm, replicate (from 1), scenario with its seed; pair after pair."""
        for number, seed in enumerate(self.seeds, 1):
            for arm in self.all_arms:
                yield arm, number, replace(arm.scenario, seed=seed)

    def changed(self, *, replicates: int | None = None, seed: int | None = None) -> Study:
        """Return the study with other numbers."""
        return replace(
            self,
            replicates=self.replicates if replicates is None else replicates,
            seed=self.seed if seed is None else seed,
        )


def is_study(path: str | Path) -> bool:
    """Tell whether a file, or what is shipped under a name, is a study rather than a scenario."""
    from simulation import Faults, read_file, shipped_names, shipped_studies

    file = Path(path)
    if file.suffix not in (".yaml", ".yml"):
        return str(path) in shipped_studies() and str(path) not in shipped_names() and not file.exists()
    tree = read_file(file, Faults())
    # Scenarios too have a section `arms`: which arms of the mechanism are off.
    own, theirs = {"base", "primary", "replicates"}, {"extends", "tissue", "processes"}
    given = set(tree.entries) if tree is not None else set()
    return bool(given & own) or ("arms" in given and not given & theirs)


def load_study(path: str | Path) -> Study:
    """Read a study from a file, or one that is shipped by its name.

    path      file, or name of a shipped study such as "icam1_knockdown"
    raises    InputError with all faults found, in the order of their places
    """
    from analysis.study.reading import read_study

    return read_study(path)
