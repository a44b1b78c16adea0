"""Contexts: what sets the tumours apart in which ICAM-1 was studied, as values of parameters and nothing else.

    context: tnbc

lays one column of the table under what the scenario itself says. No context has a sign for ICAM-1: whether a knockdown
does good or harm follows from copies, co-receptors and immunity. What is simulated stays a nodule in its capsule in the
liver, with the same blood flow; values are ordinal (from HCC's, up or down) unless a source is named.

The HCC column is the model's own defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """One kind of tumour.

    name       str
    label      str              as written in a report
    values     path -> value    in declared units
    sources    path -> str      of each value
    """

    name: str
    label: str
    values: Mapping[str, float]
    sources: Mapping[str, str]


LABELS = {
    "hcc": "hepatocellular carcinoma",
    "tnbc": "triple-negative breast cancer",
    "luminal_b": "luminal B breast cancer (E0771)",
    "colorectal": "colorectal cancer",
    "lung": "non-small-cell lung cancer",
    "melanoma": "melanoma (B16)",
}
#: the context of a scenario that names none
USUAL = "hcc"

KANG = "Kang 2024, Mol Cancer, doi 10.1186/s12943-024-02150-4"
E0771 = "Front Immunol 2022, 849701"
YANG = "Yang 2015, Cell Death Dis 6:e1780"
TAFTAF = "Taftaf 2021, Nat Commun, doi 10.1038/s41467-021-25189-z"
NATURAL_KILLERS = "assumed; with: Alexander 1999, Br J Cancer 80:1494, without: Akella 1992, Eur J Immunol 22:1069"
B16 = "Clin Exp Immunol 2005, doi 10.1111/j.1365-2249.2005.02989.x"

#: path; values in the order of LABELS; source of the whole row
TABLE: tuple[tuple[str, tuple[float, ...], str], ...] = (
    # 1e5, 8e5, 3e5, 3e4, 1e5 and 0 copies at rest
    ("cells.tumour_cell.icam1_translation", (4.75e4, 3.8e5, 1.425e5, 1.425e4, 4.75e4, 0.0),
     f"assumed copies at rest; none in B16: {B16}"),
    # of one cell in twenty
    ("tissue.liver_nodule.stem_boost", (10.0, 1.0, 1.0, 1.0, 1.0, 1.0),
     "assumed; HCC stem cells carry more: Liu 2013, Gastroenterology 144:1031"),
    ("cells.tumour_cell.egfr_gain", (0.3, 1.0, 0.1, 0.3, 0.7, 0.0), f"assumed; TNBC: {KANG}"),
    ("processes.aggregation.homophilic", (0.3, 1.0, 0.1, 0.1, 0.3, 0.0), f"assumed; TNBC: {TAFTAF}"),
    ("cells.tumour_cell.lfa1", (0.0, 0.0, 0.0, 1e4, 5e2, 0.0),
     "assumed; C26 colon cells: Benedicto 2017, BMC Cancer 17:827"),
    ("processes.arrest.bridge_weight", (1.0, 1.0, 0.5, 1.0, 1.5, 1.0), "assumed; melanoma: C8161, PMC2778842"),
    ("processes.neutrophil_pairing.collisions", (1.0, 1.0, 0.5, 1.0, 1.5, 1.0), "assumed: as arrest.bridge_weight"),
    ("cells.tumour_cell.antigenicity", (0.5, 0.2, 0.3, 0.9, 0.6, 0.8), "assumed"),
    # where killing goes on without ICAM-1, so does taking hold of the target
    ("processes.killing.floor", (0.3, 0.3, 1.0, 0.3, 0.3, 0.3), f"assumed; luminal B: {E0771}"),
    ("processes.icam1_binding.floor", (0.3, 0.3, 1.0, 0.3, 0.3, 0.3), f"assumed; luminal B: {E0771}"),
    ("processes.killing.nk_floor", (0.5, 1.0, 1.0, 0.5, 0.5, 0.5), NATURAL_KILLERS),
    ("processes.icam1_binding.nk_floor", (0.5, 1.0, 1.0, 0.5, 0.5, 0.5), NATURAL_KILLERS),
    ("processes.circulation.clearance_weight", (0.2, 0.1, 1.0, 0.5, 0.3, 0.0), f"assumed; luminal B: {E0771}"),
    ("processes.efferocytosis.brake", (0.3, 0.2, 0.2, 1.0, 0.4, 0.2), f"assumed; colon: {YANG}"),
    ("processes.icam1_expression.shedding", (0.008, 0.004, 0.004, 0.008, 0.012, 0.008),
     "assumed: 1, 0.5, 0.5, 1, 1.5 and 1 times HCC's rate"),
    ("processes.icam1_expression.degradation", (0.03, 0.034, 0.034, 0.03, 0.026, 0.03),
     "assumed: loss as a whole stays as it is"),
    # main organs: twice what they are for HCC
    ("organs.liver.fertility", (1.0, 1.0, 1.0, 2.0, 2.0, 1.0), "assumed: main organ twice"),
    ("organs.lung.fertility", (1.0, 2.0, 2.0, 1.0, 1.0, 2.0), "assumed: main organ twice"),
    ("organs.bone.fertility", (1.5, 3.0, 1.5, 1.5, 3.0, 1.5), "assumed: main organ twice"),
    ("organs.lymph_node.fertility", (2.0, 2.0, 2.0, 4.0, 2.0, 2.0), "assumed: main organ twice"),
    ("organs.brain.fertility", (0.3, 0.3, 0.3, 0.3, 0.6, 0.3), "assumed: main organ twice"),
)  # fmt: skip


def _context(number: int, name: str, label: str) -> Context:
    return Context(
        name,
        label,
        {path: values[number] for path, values, _ in TABLE},
        {path: f"{source} ({name} context)" for path, _, source in TABLE},
    )


CONTEXTS: dict[str, Context] = {
    name: _context(number, name, label) for number, (name, label) in enumerate(LABELS.items())
}
