"""Junctions between endothelial cells: what their opening means as a permeability that can be measured.

    Ps = sealed * (1 + gain * openness)

sealed     1e-6 cm/s   permeability to albumin with shut junctions: that of a wall without ICAM-1
openness   1           column `permeability` of wall cells, 0 ... 1

The four measured values of wild-type and knock-out venules and arterioles, and the rise with TNF of both, fix one gain:
tonic bonds times opening rate times closing time is 0.484 in a quiet venule and 0.176 in a quiet arteriole, whose wall
then has 0.364 of the ICAM-1, and TNF makes both tenfold.

Sources: ICAM-1 and microvessel permeability, cremaster: PMC2544502; gain and tonic terms computed from it.
"""

from __future__ import annotations

#: permeability without ICAM-1, 1e-6 cm/s
SEALED_VENULE, SEALED_ARTERIOLE = 0.77, 0.54
#: what full opening adds, over that
GAIN = 5.69
#: bonds times opening rate times closing time in a quiet venule, and the share of open junctions that follows
TONE = 0.484
QUIET = TONE / (1.0 + TONE)
#: ICAM-1 of arteriolar over venular endothelium
ARTERIOLE_ICAM1 = 0.364


def measured(openness: float, sealed: float = SEALED_VENULE) -> float:
    """Return the permeability in 1e-6 cm/s of a wall whose junctions are open to this share."""
    return sealed * (1.0 + GAIN * openness)
