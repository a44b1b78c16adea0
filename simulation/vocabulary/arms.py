"""Arms: the ways in which ICAM-1 acts on metastasis, each with the values that switch it off.

    arms: {killing: off}

sets the parameters of `off` to their neutral values and leaves all others alone, so that a run without an arm has the
same luck as one with it. The sum of the arms is a result; none of them has a sign of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Arm:
    """One way in which ICAM-1 acts.

    name          str
    meaning       str             what is done without it, in one line
    mechanisms    words           rows of simulation/vocabulary/mechanisms.py
    off           path -> value   parameters that switch it off and their neutral values, in declared units
    """

    name: str
    meaning: str
    mechanisms: frozenset[str]
    off: Mapping[str, float]


def _arm(name: str, meaning: str, mechanisms: str, **off: float) -> Arm:
    """Make an arm; `process__parameter=value` stands for a path."""
    paths = {f"processes.{path.replace('__', '.')}": value for path, value in off.items()}
    return Arm(name, meaning, frozenset(mechanisms.split()), paths)


ARMS: dict[str, Arm] = {
    arm.name: arm
    for arm in (
        _arm(
            "killing", "cytotoxic cells that hold a tumour cell by ICAM-1 hit it until it dies", "M36 M52",
            killing__hit_rate=0.0,
        ),
        _arm(
            "clearance", "immune cells clear ICAM-1-positive tumour cells from the blood", "M52",
            circulation__clearance=0.0,
        ),
        _arm(
            "recruitment", "endothelial ICAM-1 lets lymphocytes into tissue", "M06 M16 M17",
            recruitment__passing=0.0,
        ),
        _arm(
            "decoy", "soluble ICAM-1 occupies LFA-1, in tissue and on what travels in the blood", "M53",
            receptor_blocking__decoy=0.0, arrest__decoy=0.0, neutrophil_pairing__decoy=0.0,
        ),
        _arm(
            "detachment", "lymphocytes tear tumour cells off by their ICAM-1", "M48 M49",
            detachment__pulls=0.0,
        ),
        _arm(
            "co_travel", "a torn cell enters the blood faster with its lymphocyte, and lives longer there", "M48",
            intravasation__hitch=1.0, intravasation__escort=0.0, circulation__escort_protection=1.0,
        ),
        _arm(
            "clusters", "cohesive cells leave together, and ICAM-1 joins those that travel", "M57",
            intravasation__cluster_share=0.0, aggregation__homophilic=0.0,
        ),
        _arm(
            "egfr_emt", "ICAM-1 on EGFR activates STAT3, which turns cells mesenchymal", "M58",
            stat3__icam1_rate=0.0,
        ),
        _arm(
            "neutrophil_bridge", "neutrophils hold tumour cells by ICAM-1, at the vessel wall and in flow", "M55",
            arrest__bridge_weight=0.0, neutrophil_pairing__collisions=0.0,
        ),
        _arm(
            "permeability", "engaged endothelial ICAM-1 opens junctions to what crosses them", "M60b",
            extravasation__permeability_gain=0.0,
        ),
        _arm(
            "m2_brake", "ICAM-1 of macrophages holds up efferocytosis and with it M2 polarisation", "M56",
            efferocytosis__brake=0.0,
        ),
        _arm(
            "angiogenesis", "inflamed endothelium sprouts towards VEGF", "M59 M59b",
            angiogenesis__sprouting=0.0,
        ),
    )
}  # fmt: skip

#: all of immunity at once, with `immunity: off`; what it does not name needs immune cells and ends with them
IMMUNITY = Arm(
    "immunity",
    "immune cells are in the tissue, come in, kill, and clear the blood",
    frozenset({"M06", "M16", "M17", "M36", "M52"}),
    {
        **ARMS["killing"].off,
        **ARMS["clearance"].off,
        **ARMS["recruitment"].off,
        "processes.neutrophil_pairing.collisions": 0.0,
        **dict.fromkeys(
            (
                "tissue.liver_nodule.t_cells",
                "tissue.liver_nodule.infiltration",
                "tissue.liver_nodule.nk_cells",
                "tissue.liver_nodule.kupffer_cells",
                "tissue.liver_nodule.neutrophils",
                "tissue.liver_nodule.tumour_macrophages",
            ),
            0.0,
        ),
    },
)
