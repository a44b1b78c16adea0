"""A published outcome that the model has to reproduce, and within which bounds.

A module `test_c??_*.py` in this folder holds one `TARGET` and a function `simulate` that carries out the experiment and
returns the target's quantities. `make validation` runs them all into docs/validation.md.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Target:
    """One target of calibration.

    number       str                               as C04
    system       str                               what was studied
    measured     str                               what was found, in words
    source       str                               where
    tolerance    quantity -> (lowest, highest)     what counts as reproduced; infinity where one side is open
    experiment   str                               how it is simulated, in words
    slow         bool                              True when it takes more than ten seconds
    """

    number: str
    system: str
    measured: str
    source: str
    tolerance: Mapping[str, tuple[float, float]]
    experiment: str
    slow: bool = False

    def missed(self, simulated: Mapping[str, float]) -> list[str]:
        """Say of each quantity that is out of tolerance what it is; of one that is missing, too."""
        faults = []
        for name, (low, high) in self.tolerance.items():
            value = simulated.get(name, float("nan"))
            if not low <= value <= high:
                faults.append(f"{self.number}: {name} is {value:.4g}, expected {low:g} to {high:g}")
        return faults


def experiments() -> Iterator[ModuleType]:
    """Import every module of this folder that holds a target, in their order."""
    for path in sorted(HERE.glob("test_c[0-9][0-9]_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
