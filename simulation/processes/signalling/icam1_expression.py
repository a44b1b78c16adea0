"""ICAM-1 expression: NF-kB and STAT1 make mRNA, mRNA makes protein, the membrane sheds and loses it.

    dm/dt = f_tr (b + b1 N^h / (K_N^h + N^h) + b_ifn IFNg / (K_ifn + IFNg)) - d_m m
    dI/dt = f_tl k_tl m - (d + f_sh k) I
    k     = min(d_P + k_shed, k_shed (1 + s_shed (TNF / (K_tnf + TNF) + MMP / (K_mmp + MMP)))),    d = d_P + k_shed - k

m              icam1_mrna                     1        mRNA
I              icam1                          1        copies on the membrane
N              nfkb                           1        nuclear NF-kB
b, k_tl        icam1_basal, icam1_translation 1/h      basal synthesis, copies per unit of mRNA: each cell type's own;
               icam1_basal_factor             1        what malignant transformation makes of b
f_tr f_tl f_sh icam1_*_factor                 1        what treatments leave of transcription, translation, shedding
IFNg TNF MMP   {s}_here                       ng/mL

TNF and MMP shift loss from degradation to shedding: the sum d_P + k_shed is what was fitted to the course of membrane
ICAM-1 under TNF, so the shift leaves that course as it was measured while more of what is lost reaches the blood. A
drug that stops shedding (f_sh) keeps the molecules on the membrane.

Both equations are linear while N and the fields are held, and solved exactly over a period. The books are kept in
copies: made = k_tl * integral of m; what was made and is no longer there was lost; of that the share
f_sh k / (d + f_sh k) was shed, the rest degraded. So  icam1 = icam1_made - icam1_shed - icam1_degraded  always,
icam1_made beginning at the copies a cell had when its books were opened; a division halves all four.

    sicam1_output = shed copies * 90 kDa / N_A / period            fg/min

Knockdown scales k_tl and with it, at rest, I exactly. Cells that enter later without books begin at rest.

Mechanisms: M01, M11, M12, M18 (M07: no other path from cytokines but IFN-g through STAT1).
Sources: rates computed (fitted to a plateau by 12 h and slow loss: Differential up-regulation of circulating soluble
and endothelial ICAM-1 in mice, PMID 9212746); shedding by TNF, its size assumed, its direction: Modulation by
cytokines of ICAM-1 expression and shedding in human liver cancer lines, 1994; half-effect concentrations assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import exp, expm1, hill, lapse, relaxed_over
from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage
from simulation.vocabulary.molecules import MOLECULES

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]

AVOGADRO = 6.02214076e23  # 1/mol, exact by definition of the mole
FG_PER_COPY = MOLECULES["icam1"].mass * 1e3 / AVOGADRO * 1e15  # kDa = 1e3 g/mol
OPEN = 1e-300  # copies; marks the books of a cell that has none yet as open, and vanishes beside a single one
FITTED = "computed: 24-fold mRNA at 2.7 h, protein plateau by 12 h at 10 ng/mL TNF"


class Kinetics(NamedTuple):
    """The numbers of both equations, as `ICAM1Expression` declares them."""

    induced: float
    nfkb_half: float
    steepness: float
    ifng_induced: float
    ifng_half: float
    mrna_decay: float
    degradation: float
    shedding: float
    shedding_induction: float
    tnf_half: float
    mmp_half: float


@dataclass(frozen=True)
class ICAM1Expression(CellProcess):
    """Make, shed and degrade ICAM-1."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset(
        "nfkb ifng_here tnf_here mmp_here icam1_basal icam1_basal_factor icam1_translation "
        "icam1_transcription_factor icam1_translation_factor icam1_shedding_factor".split()
    )
    adds = frozenset({"sicam1_output"})
    writes = frozenset({"icam1_mrna", "icam1", "icam1_made", "icam1_shed", "icam1_degraded"})
    mechanisms = frozenset({"M01", "M07", "M11", "M12", "M18"})

    induced: float = parameter(2.0, "1/h", "b1, mRNA synthesis at full NF-kB", source=FITTED, bounds=(0, 1e3))
    nfkb_half: float = parameter(0.35, "1", "K_N, NF-kB of half effect", source=FITTED, bounds=(1e-3, 10))
    steepness: float = parameter(4.0, "1", "h, Hill exponent of NF-kB", source=FITTED, bounds=(0.5, 20))
    ifng_induced: float = parameter(1.0, "1/h", "mRNA synthesis at full IFN-g", source="assumed", bounds=(0, 1e3))
    ifng_half: float = parameter(5.0, "ng/mL", "IFN-g of half effect", source="assumed", bounds=(1e-6, 1e6))
    mrna_decay: float = parameter(0.5, "1/h", "d_m, loss of mRNA", source=FITTED, bounds=(1e-3, 100))
    degradation: float = parameter(
        0.03, "1/h", "d_P, internalisation and degradation", source=FITTED, bounds=(1e-6, 100)
    )
    shedding: float = parameter(0.008, "1/h", "k_shed, shedding at rest", source=FITTED, bounds=(0, 100))
    shedding_induction: float = parameter(
        2.0, "1", "how much TNF and MMP add to shedding, each; 0 switches it off", bounds=(0, 100),
        source="assumed: 1 to 4",
    )  # fmt: skip
    tnf_half: float = parameter(0.5, "ng/mL", "TNF of half effect on shedding", source="assumed", bounds=(1e-6, 1e6))
    mmp_half: float = parameter(50.0, "ng/mL", "MMP of half effect on shedding", source="assumed", bounds=(1e-6, 1e6))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Move mRNA, protein and the books on by one period."""
        express(
            cells.icam1_mrna, cells.icam1, cells.icam1_made, cells.icam1_shed, cells.icam1_degraded,
            cells.sicam1_output, cells.nfkb, cells.ifng_here, cells.tnf_here, cells.mmp_here, cells.icam1_basal,
            cells.icam1_basal_factor, cells.icam1_translation, cells.icam1_transcription_factor,
            cells.icam1_translation_factor, cells.icam1_shedding_factor, self.kinetics, dt.hours,
            FG_PER_COPY / dt.minutes,
        )  # fmt: skip

    def settle(self, cells: Rows) -> None:
        """Rest, without cytokines but with the treatments there are, and open the books."""
        rest(
            cells.icam1_mrna, cells.icam1, cells.icam1_made, cells.icam1_shed, cells.icam1_degraded, cells.icam1_basal,
            cells.icam1_basal_factor, cells.icam1_translation, cells.icam1_transcription_factor,
            cells.icam1_translation_factor, cells.icam1_shedding_factor, self.kinetics,
        )  # fmt: skip

    @cached_property
    def kinetics(self) -> Kinetics:
        """The numbers as the kernels take them."""
        return Kinetics(*(float(getattr(self, name)) for name in Kinetics._fields))


@inlined
def at_rest(basal: float, translation: float, shed_factor: float, k: Kinetics) -> tuple[float, float]:
    """Give mRNA and copies without stimulus; basal and translation include their factors."""
    mrna = basal / k.mrna_decay
    return mrna, translation * mrna / (k.degradation + shed_factor * k.shedding)


class Passage(NamedTuple):
    """What a time does to protein that is lost at one rate, worked out once for all cells of that rate.

    kept       1    share of what was there that is left
    level      h    protein left of a steady synthesis of 1/h
    passing    h    protein left of a synthesis that begins at 1/h and falls as mRNA does
    """

    kept: float
    level: float
    passing: float


@inlined
def passage(fast: float, slow: float, t: float) -> Passage:
    """Integrals of exp(-slow (t - s)) and of exp(-fast s - slow (t - s)) over s in 0 ... t; slow > 0."""
    level = -expm1(-slow * t) / slow
    # (exp(-fast t) - exp(-slow t)) / (slow - fast), which is t exp(-slow t) where both rates are alike
    gap = abs(slow - fast) * t
    passing = t * exp(-min(slow, fast) * t)
    if gap > 0.0:
        passing *= -expm1(-gap) / gap
    return Passage(exp(-slow * t), level, passing)


@kernel
def express(
    mrna: Floats,
    icam1: Floats,
    made: Floats,
    shed: Floats,
    degraded: Floats,
    output: Floats,
    nfkb: Floats,
    ifng: Floats,
    tnf: Floats,
    mmp: Floats,
    basal: Floats,
    basal_factor: Floats,
    translation: Floats,
    transcription_factor: Floats,
    translation_factor: Floats,
    shedding_factor: Floats,
    k: Kinetics,
    hours: float,
    fg_per_minute: float,
) -> None:
    """Advance every cell by `hours`; columns as in the module's table, `fg_per_minute` what one copy shed adds."""
    of_mrna = lapse(k.mrna_decay * hours)
    loss = k.degradation + k.shedding
    over = passage(k.mrna_decay, loss, hours)
    for i in range(len(icam1)):
        base = basal[i] * basal_factor[i]
        making = translation[i] * translation_factor[i]
        m, before = mrna[i], icam1[i]
        if made[i] == 0.0:  # a cell that came in after the first tick, without books
            m, before = at_rest(base * transcription_factor[i], making, shedding_factor[i], k)
            made[i] = max(before, OPEN)
        synthesis = base + k.induced * hill(nfkb[i], k.nfkb_half, k.steepness)
        synthesis += k.ifng_induced * (ifng[i] / (k.ifng_half + ifng[i]))
        m_end = transcription_factor[i] * synthesis / k.mrna_decay
        m_later = relaxed_over(m, m_end, of_mrna)

        cut = tnf[i] / (k.tnf_half + tnf[i]) + mmp[i] / (k.mmp_half + mmp[i])
        cleaved = min(k.degradation + k.shedding, k.shedding * (1.0 + k.shedding_induction * cut))
        shedding = shedding_factor[i] * cleaved
        last, loss = loss, k.degradation + k.shedding - cleaved + shedding
        if loss != last:  # all lose alike unless a drug weighs on shedding: exponentials are what a cell costs
            over = passage(k.mrna_decay, loss, hours)
        born = making * max(0.0, m_end * hours + (m - m_later) / k.mrna_decay)
        later = before * over.kept + making * (m_end * over.level + (m - m_end) * over.passing)
        gone = max(0.0, before + born - later)
        gone_to_blood = gone * (shedding / loss)

        mrna[i] = m_later
        made[i] += born
        shed[i] += gone_to_blood
        degraded[i] += gone - gone_to_blood
        icam1[i] = max(0.0, later)
        output[i] += gone_to_blood * fg_per_minute


@kernel
def rest(
    mrna: Floats,
    icam1: Floats,
    made: Floats,
    shed: Floats,
    degraded: Floats,
    basal: Floats,
    basal_factor: Floats,
    translation: Floats,
    transcription_factor: Floats,
    translation_factor: Floats,
    shedding_factor: Floats,
    k: Kinetics,
) -> None:
    """Bring every cell to rest and open its books; columns as in the module's table."""
    for i in range(len(icam1)):
        m, copies = at_rest(
            basal[i] * basal_factor[i] * transcription_factor[i], translation[i] * translation_factor[i],
            shedding_factor[i], k,
        )  # fmt: skip
        mrna[i], icam1[i], made[i], shed[i], degraded[i] = m, copies, max(copies, OPEN), 0.0, 0.0
