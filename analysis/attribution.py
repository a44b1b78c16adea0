"""The parts of an effect, from the runs of a study that has a plan for it (`analysis.study.attribution`).

What is divided is the effect itself: treated minus control within a replicate, in every on/off world of the arms.
Times are cut at the shortest observation first, so that they can be subtracted.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.endpoint import cut_at_shortest
from analysis.statistics.attribution import Attribution, attribute, worlds_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study import Study
    from analysis.study.attribution import Plan


def attributed(study: Study, runs: pd.DataFrame) -> dict[str, Attribution]:
    """Divide every endpoint of a study; endpoints of which no replicate has all worlds are left out.

    runs    as in `Comparison`
    """
    plan = study.attribution
    if plan is None:
        return {}
    on = {world.treated: world.on for world in plan.worlds}
    minus = {world.treated: world.control for world in plan.worlds}
    found = {}
    for endpoint in (*study.primary, *study.secondary):
        worlds = worlds_of(cut_at_shortest(runs, endpoint), endpoint.name, on, minus=minus)
        if not len(worlds):
            continue
        parts = attribute(worlds, plan.players, endpoint.name, orders=plan.orders)
        if parts.pairs:
            found[endpoint.name] = replace(parts, parts=parts.parts.assign(**_without(plan, runs, endpoint.name)))
    return found


def _without(plan: Plan, runs: pd.DataFrame, endpoint: str) -> dict[str, list[float]]:
    """Average the control and the treatment themselves in the worlds without each arm.

    returns    control_off, treated_off: a value per arm; where both are 0 there was nothing left to change
    """
    means = runs[runs["status"] == "DONE"].groupby("arm")[endpoint].mean()
    alone = {next(iter(set(plan.players) - set(w.on))): w for w in plan.worlds if len(w.on) == len(plan.players) - 1}
    return {
        "control_off": [float(means.get(alone[name].control, math.nan)) for name in plan.players],
        "treated_off": [float(means.get(alone[name].treated, math.nan)) for name in plan.players],
    }
