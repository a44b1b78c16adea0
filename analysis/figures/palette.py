"""One source of colours, told apart by people with any kind of colour vision, and the marks of paper and ink.

Cell types take the hues of Okabe and Ito, "Color Universal Design", 2008; the tumour takes a ramp from light to dark,
so that its shade can say how much ICAM-1 a cell carries and still be told from everything else in grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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

#: arms of a comparison, after Okabe and Ito, those that show on light and on dark; the control is `CONTROL`
ARMS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#8e6bbf", "#56b4e9", "#999933")
CONTROL = "#6b7480"


def of_arms(names: Sequence[str], control: str, series: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give every arm its colour: the control grey, doses of one series shades of one hue, growing with the order.

    names      in the order in which they are shown
    series     arm -> name of its dose series, for those that belong to one
    """
    family = {name: (series or {}).get(name) or name for name in names if name != control}
    hues = {each: ARMS[i % len(ARMS)] for i, each in enumerate(dict.fromkeys(family.values()))}
    colours = {}
    for name in names:
        if name == control:
            colours[name] = CONTROL
            continue
        kin = [other for other in names if family.get(other) == family[name]]
        colours[name] = _paler(hues[family[name]], 0.5 * (1.0 - (kin.index(name) + 1) / len(kin)))
    return colours


def of_cell_types(names: Iterable[str]) -> dict[str, str]:
    """Give every cell type its colour, one that nobody knows here a spare one, always the same for the same names."""
    return _completed(names, CELL_TYPES)


def of_organs(names: Iterable[str]) -> dict[str, str]:
    """Give every organ its colour; see `of_cell_types`."""
    return _completed(names, ORGANS)


def words(name: str) -> str:
    """Write a column's or type's name as words: "t_cell" -> "T cell"."""
    special = {"t_cell": "T cell", "nk_cell": "NK cell", "icam1": "ICAM-1", "sicam1": "sICAM-1", "lfa1": "LFA-1"}
    special |= {"co_travel": "co-travel", "egfr_emt": "EGFR and EMT", "m2_brake": "M2 brake"}
    return special.get(name, name.replace("_", " "))


def _completed(names: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    wanted = sorted(set(names))
    strangers = [name for name in wanted if name not in known]
    return {n: known[n] if n in known else SPARE[strangers.index(n) % len(SPARE)] for n in wanted}


def _paler(colour: str, share: float) -> str:
    """Mix a colour with white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(p + (255 - p) * share):02x}" for p in parts)
