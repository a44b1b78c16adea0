"""The head of a scenario: the names of its sections, and the single values before them."""

from __future__ import annotations

from simulation.engine.parameter import Parameter
from simulation.vocabulary.cancers import USUAL

#: single values at the top of a scenario
HEADER = {
    p.name: p
    for p in (
        Parameter("title", "", "", "one line that says what is asked", "chosen"),
        Parameter("context", USUAL, "", "kind of tumour, whose values lie under those of the scenario", "chosen"),
        Parameter("seed", 1, "1", "which world: same seed, same luck", "chosen", bounds=(0, 2**64 - 1)),
        Parameter("cells_per_agent", 1, "1", "cells that one agent stands for", "chosen", bounds=(1, 1_000_000)),
        Parameter("voxel", 20.0, "um", "side of a voxel", "chosen: about one cell", bounds=(1.0, 1000.0)),
    )
}
SECTIONS = ("tissue", "cells", "substances", "organs", "processes", "interventions", "record")
#: what switches parts of the model off, over all values
SWITCHES = ("immunity", "arms")
KEYS = ("title", "extends", "context", *SWITCHES, "seed", "until", "tick", "cells_per_agent", "voxel", *SECTIONS)
