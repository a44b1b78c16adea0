"""One source of colours, told apart by people with any kind of colour vision, and the marks of paper and ink.

Cell types take the hues of Okabe and Ito, "Color Universal Design", 2008; the tumour takes a ramp from light to dark,
so that its shade can say how much ICAM-1 a cell carries and still be told from everything else in grey.
"""

from __future__ import annotations

from collections.abc import Iterable

INK = "#1d2530"
QUIET = "#6b7480"
FAINT = "#d9dde2"
PAPER = "#ffffff"
TISSUE = "#fbf8f3"

CELL_TYPES: dict[str, str] = {
    "hepatocyte": "#e8dcc8",
    "tumour_cell": "#d7301f",
    "endothelial_cell": "#8e3a80",
    "fibroblast": "#009e73",
    "oval_cell": "#f0e442",
    "t_cell": "#0072b2",
    "nk_cell": "#56b4e9",
    "macrophage": "#5d4037",
    "neutrophil": "#000000",
}
#: for cell types that joined later, in the order of their names
SPARE = ("#cc79a7", "#56b4e9", "#5d4037", "#000000", "#999933", "#44aa99")

#: how much ICAM-1 a tumour cell carries, from little to much
ICAM1_RAMP = ("#fdd9a5", "#fc9a5c", "#e8512f", "#b30d0d", "#5f0006")
#: capsule, from broken to intact
CAPSULE_RAMP = ("#ffffff", "#aab4c0", "#5d6a7a")
CAF = "#00402e"
CAPSULE = "#4a5666"
VESSEL = "#f1dff0"

#: how cells entered the blood
SHED: dict[str, str] = {"single": "#e69f00", "cluster": "#009e73", "with lymphocyte": "#0072b2"}

ORGANS: dict[str, str] = {
    "liver": "#d55e00",
    "lung": "#0072b2",
    "lymph_node": "#009e73",
    "bone": "#8c7a4f",
    "adrenal": "#cc79a7",
    "brain": "#1d2530",
}


def of_cell_types(names: Iterable[str]) -> dict[str, str]:
    """Give every cell type its colour, one that nobody knows here a spare one, always the same for the same names."""
    return _completed(names, CELL_TYPES)


def of_organs(names: Iterable[str]) -> dict[str, str]:
    """Give every organ its colour; see `of_cell_types`."""
    return _completed(names, ORGANS)


def words(name: str) -> str:
    """Write a column's or type's name as words: "t_cell" -> "T cell"."""
    special = {"t_cell": "T cell", "nk_cell": "NK cell", "icam1": "ICAM-1", "sicam1": "sICAM-1", "lfa1": "LFA-1"}
    return special.get(name, name.replace("_", " "))


def _completed(names: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    wanted = sorted(set(names))
    strangers = [name for name in wanted if name not in known]
    return {n: known[n] if n in known else SPARE[strangers.index(n) % len(SPARE)] for n in wanted}
