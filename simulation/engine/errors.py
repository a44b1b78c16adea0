"""Four kinds of error, one shape: where, what is wrong, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Sequence


class SimulationError(Exception):
    """An error this project raises on purpose; its text is one line for a person.

    what        str    what is wrong
    where       str    file:line:column, process, folder ... (may be empty)
    expected    str    what would have been right (may be empty)
    remedy      str    what to do now (may be empty)
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", expected: str = "", remedy: str = "") -> None:
        self.what, self.where, self.expected, self.remedy = what, where, expected, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        sentence = "; ".join(part for part in (self.what, self.expected, self.remedy) if part)
        return f"{self.where}: {sentence}" if self.where else sentence


class InputError(SimulationError):
    """What a user gave cannot be used: scenario, option, unit, number. Carries every fault found.

    faults      sequence of InputError    the single faults, in order of their place in the file
    """

    exit_code = 2

    def __init__(
        self,
        what: str = "",
        *,
        where: str = "",
        expected: str = "",
        remedy: str = "",
        faults: Sequence[InputError] = (),
    ) -> None:
        self.faults = tuple(faults)
        super().__init__(what, where=where, expected=expected, remedy=remedy)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults)) if self.faults else super().__str__()


class ContractError(SimulationError):
    """Code broke one of the architecture's laws: an undeclared column, two owners, an undetermined order."""


class StorageError(SimulationError):
    """A file or folder cannot be written or read: no permission, disk full, damaged, held by another run."""


class NumericalError(SimulationError):
    """A computation left its bounds: not finite, not converged, cells not conserved."""
