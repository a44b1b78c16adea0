"""NF-kB inhibitor: induction shrinks with its effect, what stands without stimulus stays.

Mechanisms: M07, M14.
"""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.interventions.nfkb_inhibitor import NFkBInhibitor
from simulation.processes.signalling.icam1_expression import ICAM1Expression
from simulation.processes.signalling.nfkb import NFkB
from tests.worlds import make_world


def fold(*drugs, hours=24, tnf=10.0):
    cells = {"icam1_translation": np.full(1, 3e4), "tnf_here": tnf}
    world, plan = make_world(
        {"tumour_cell": cells, "endothelial_cell": cells}, [NFkB(), ICAM1Expression(), *drugs], tick="10 min"
    )
    world.settle(plan)
    before = world.sites[0].cells["icam1"].copy()
    for _ in range(6 * hours):
        world.step(plan)
    return world.sites[0].cells["icam1"] / before, world.digest()


@pytest.mark.parametrize(("effect", "expected"), [(0.0, 6.7), (0.5, 3.1), (0.8, 1.4), (0.95, 1.0), (1.0, 1.0)])
def test_fold_of_icam1_at_a_day(effect, expected):
    """M14, M07: suppressing NF-kB lowers induced ICAM-1."""
    assert fold(NFkBInhibitor(effect=effect))[0] == pytest.approx([expected] * 2, rel=0.05)


def test_it_reaches_the_cells_it_names_within_its_time():
    tumour, wall = fold(NFkBInhibitor(effect=1.0, cells=("tumour_cell",)))[0]
    assert tumour == pytest.approx(1.0) and wall == fold()[0][1]
    assert fold(NFkBInhibitor(start=2.0))[1] == fold()[1] == fold(NFkBInhibitor(effect=0.0))[1]


def test_it_cannot_end_before_it_begins():
    with pytest.raises(InputError, match="before it begins"):
        NFkBInhibitor(start=3.0, end=2.0)
