"""The three-variable oscillator of NF-kB, its messenger and its inhibitor (Krishna 2006).

Without dimensions, time in units of 1 / 0.017 min:

    dN/dt  = A (1 - N) / (e + I) - B I N / (d + N)          N    NF-kB in the nucleus, share
    dIm/dt = N^2 - Im                                       Im   messenger of IkB
    dI/dt  = Im - C I (1 - N) / (e + I)                     I    IkB;  IKK enters through C

With dimensions, in uM and min, T = 1 uM of NF-kB in all:

    dN/dt  = k_in (T - N) K_I / (K_I + I) - k_iin I N / (K_N + N)
    dIm/dt = k_t N^2 - g_m Im
    dI/dt  = k_tl Im - a IKK (T - N) I / (K_I + I)

The period hangs on K_I and k_iin; the values here are pinned by a test. At the onset of oscillation the mean of N falls
with IKK before it rises, so this model is no dose response: cells use the adaptive form in
simulation/processes/signalling/nfkb.py.

Sources: equations and numbers: github.com/ThanmayeeGore/NFkB-signalling-3-variable-model-Numerical-and-Stochastic-
Simulation; k_in recalled: Krishna 2006 PNAS; validation: robust period of about 100 min, Turner 2010, J Cell Sci
123:2834.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Floats = NDArray[np.float64]

TIME_UNIT = 1.0 / 0.017  # min


@dataclass(frozen=True)
class NormalisedOscillator:
    """The form without dimensions; IKK is in C."""

    a: float = 0.007
    b: float = 954.5
    c: float = 0.035
    d: float = 0.029
    e: float = 2e-5

    def slopes(self, _: float, y: Floats) -> list[float]:
        """Right-hand side for y = N, Im, I, per unit of time."""
        n, messenger, inhibitor = y
        free = (1.0 - n) / (self.e + inhibitor)
        return [
            self.a * free - self.b * inhibitor * n / (self.d + n),
            n * n - messenger,
            messenger - self.c * inhibitor * free,
        ]

    def course(self, minutes: float, every: float = 0.5) -> tuple[Floats, Floats]:
        """Return times in min, and N, Im, I as rows, from a resting cell on."""
        times, y = _solved(self.slopes, (0.05, 0.01, 0.1), minutes / TIME_UNIT, every / TIME_UNIT)
        return times * TIME_UNIT, y


@dataclass(frozen=True)
class Oscillator:
    """The form with dimensions; concentrations in uM, rates per min.

    ikk    1    activity of IKK
    """

    ikk: float = 0.5
    total: float = 1.0
    import_rate: float = 5.4
    import_half: float = 0.0185
    pair_import: float = 0.019
    pair_half: float = 0.029
    transcription: float = 1.03
    messenger_decay: float = 0.017
    translation: float = 0.24
    degradation: float = 1.05

    def slopes(self, _: float, y: Floats) -> list[float]:
        """Right-hand side for y = N, Im, I, per min."""
        n, messenger, inhibitor = y
        outside = self.total - n
        return [
            self.import_rate * outside * self.import_half / (self.import_half + inhibitor)
            - self.pair_import * inhibitor * n / (self.pair_half + n),
            self.transcription * n * n - self.messenger_decay * messenger,
            self.translation * messenger
            - self.degradation * self.ikk * outside * inhibitor / (self.import_half + inhibitor),
        ]

    def course(self, minutes: float, every: float = 0.5) -> tuple[Floats, Floats]:
        """Return times in min, and N, Im, I as rows, from a resting cell on."""
        return _solved(self.slopes, (0.05, 0.1, 0.5), minutes, every)


def period(times: Floats, n: Floats, settled: float = 0.4) -> float:
    """Mean time between peaks of N once it has settled; nan where it does not oscillate.

    times, n    (k,)    course at equal steps
    settled     1       share of the course that is left out
    returns     time    in the unit of `times`
    """
    later = slice(int(settled * len(times)), None)
    t, y = times[later], n[later]
    if y.max() - y.min() < 1e-3:
        return float("nan")
    middle = 0.5 * (y.max() + y.min())
    rises = np.flatnonzero((y[:-1] < middle) & (y[1:] >= middle))
    if rises.size < 3:
        return float("nan")
    share = (middle - y[rises]) / (y[rises + 1] - y[rises])
    crossings = t[rises] + share * (t[rises + 1] - t[rises])
    return float(np.diff(crossings).mean())


def _solved(slopes, start, duration: float, every: float) -> tuple[Floats, Floats]:  # type: ignore[no-untyped-def]
    times = np.arange(0.0, duration, every)
    solution = solve_ivp(slopes, (0.0, duration), start, "LSODA", times, rtol=1e-8, atol=1e-10)
    return times, solution.y
