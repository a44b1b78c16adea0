"""What colours mean on the page: cell types, shades of a trait, fields and capsule, on light and on dark ground.

Colours come from `analysis.figures.palette`, so that page and printed figure agree. A palette has 256 entries, which
the canvas looks up by index: 0 ... 31 cell types by code, 32 activated fibroblasts, 64 ... 255 a ramp for a trait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.figures import palette

Array = np.ndarray

CAF, RAMP, RAMP_STEPS = 32, 64, 192
#: what would be lost on dark ground, or glare there
ON_DARK = {
    "hepatocyte": "#5b5346", "neutrophil": "#e8eaed", "macrophage": "#a1887f", "caf": "#7fe0c3",
    "fibroblast": "#1fb58a",
    "t_cell": "#3d9ee8", "nk_cell": "#9ad4f5", "endothelial_cell": "#b45aa5",
}  # fmt: skip
#: from little to much; perceptually even, told apart by people with any kind of colour vision
CIVIDIS = ("#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838")
VIRIDIS = ("#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725")
FIELD_LIGHT = ("#ffffff", "#d6e6f4", "#abd0e6", "#6aaed6", "#3787c0", "#0d57a1")
FIELD_DARK = ("#10151c", "#12304a", "#174f77", "#1f78a8", "#4aa8d4", "#a8defa")


@dataclass(frozen=True)
class Shade:
    """How a trait is shown.

    name       str                   as the page calls it
    trait      str                   column
    label      str                   for people
    unit       str
    low, high  float or None         range; of the frame when None
    types      tuple of str          cell types that are shaded; empty = all that have the trait
    ramp       tuple of colours
    """

    name: str
    trait: str
    label: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    types: tuple[str, ...] = ()
    ramp: tuple[str, ...] = VIRIDIS


SHADES: dict[str, Shade] = {
    s.name: s
    for s in (
        Shade(
            "tumour_icam1", "icam1", "ICAM-1 on tumour cells", "copies", types=("tumour_cell",), ramp=palette.ICAM1_RAMP
        ),
        Shade("icam1", "icam1", "ICAM-1 on all cells", "copies"),
        Shade("nfkb", "nfkb", "NF-κB in the nucleus", "share", 0.0, 1.0),
        Shade("stat3", "stat3", "active STAT3", "share", 0.0, 1.0),
        Shade("emt", "emt", "EMT: epithelial to mesenchymal", "share", 0.0, 1.0),
        Shade("damage", "damage", "cytotoxic damage", "hits", 0.0),
        Shade("o2", "o2_here", "oxygen at the cell", "mmHg", 0.0, ramp=CIVIDIS),
        Shade("ecadherin", "ecadherin", "E-cadherin", "copies"),
        Shade("pressure", "pressure", "pressure", "pN/µm²", 0.0),
        Shade("injury", "injury", "injury of hepatocytes", "share", 0.0, 1.0),
    )
}
#: by type, and by everything above
COLOUR_BY = ("type", *SHADES)
DEFAULT = "tumour_icam1"

FIELD_LABELS = {
    "o2": ("oxygen", "mmHg"), "tnf": ("TNF", "ng/mL"), "il1b": ("IL-1β", "ng/mL"), "il6": ("IL-6", "ng/mL"),
    "ifng": ("IFN-γ", "ng/mL"), "tgfb": ("TGF-β", "ng/mL"), "vegf": ("VEGF", "ng/mL"),
    "cxcl": ("CXC chemokines", "ng/mL"), "mmp": ("MMP", "ng/mL"), "sicam1": ("soluble ICAM-1", "ng/mL"),
    "ecm": ("matrix density", "share"), "capsule": ("capsule", "share"), "breached": ("breach", ""),
    "injury": ("injured parenchyma", "share"),
}  # fmt: skip


def label_of(colour_by: str) -> str:
    """Name a way of colouring."""
    return "cell type" if colour_by == "type" else SHADES[colour_by].label


def field_label(name: str) -> tuple[str, str]:
    """Name a field, and its unit."""
    return FIELD_LABELS.get(name, (palette.words(name), ""))


def type_colours(types: Sequence[str], theme: str) -> dict[str, str]:
    """Give every cell type its colour on this ground."""
    colours = palette.of_cell_types(types)
    return colours | {n: c for n, c in ON_DARK.items() if n in colours} if theme == "dark" else colours


@lru_cache(64)
def cell_palette(types: tuple[str, ...], theme: str, ramp: tuple[str, ...], faded: bool) -> bytes:
    """Return 256 x RGBA: types, activated fibroblasts, ramp.

    faded    bool    types recede, so that the ramp stands out
    """
    table = np.zeros((256, 4), dtype=np.uint8)
    table[:, 3] = 255
    colours = type_colours(types, theme)
    ground = rgb("#151a21" if theme == "dark" else "#f4f2ee")
    for code, name in enumerate(types[:CAF]):
        own = rgb(colours[name])
        table[code, :3] = own if not faded else np.round(own * 0.28 + ground * 0.72)
    table[CAF, :3] = rgb(ON_DARK["caf"] if theme == "dark" else palette.CAF)
    table[RAMP:, :3] = steps(ramp, RAMP_STEPS)
    return table.tobytes()


@lru_cache(2)
def field_palette(theme: str) -> bytes:
    """Return 256 x RGBA of a field, from nothing to much."""
    table = np.full((256, 4), 255, dtype=np.uint8)
    table[:, :3] = steps(FIELD_DARK if theme == "dark" else FIELD_LIGHT, 256)
    return table.tobytes()


def steps(ramp: Sequence[str], count: int) -> Array:
    """Return (count, 3) uint8 between the colours of a ramp."""
    stops = np.array([rgb(c) for c in ramp], dtype=float)
    at = np.linspace(0.0, len(ramp) - 1.0, count)
    return (
        np.stack([np.interp(at, np.arange(len(ramp)), stops[:, k]) for k in range(3)], axis=1).round().astype(np.uint8)
    )


def rgb(colour: str) -> Array:
    """Return "#rrggbb" as three floats."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=float)
