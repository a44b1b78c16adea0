"""Ink and paper of the page, light and dark: one place for what pictures, charts and movies share."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.figures import palette


@dataclass(frozen=True)
class Ground:
    """Colours of everything that is not data.

    name              "light" or "dark"
    page, card, tile  of the page, of what lies on it, of what lies on that
    ink, quiet, line  words, lesser words, lines
    tissue            under cells
    flesh, vessel     of the body
    tumour, blood, capsule
    """

    name: str
    page: str
    card: str
    tile: str
    ink: str
    quiet: str
    line: str
    tissue: str
    flesh: str
    vessel: str
    tumour: str
    blood: str
    capsule: str


LIGHT = Ground(
    "light", "#f6f7f9", "#ffffff", "#f3f5f8", palette.INK, palette.QUIET, palette.FAINT, palette.TISSUE,
    "#efe6dd", "#c98b8b", palette.CELL_TYPES["tumour_cell"], "#b3363e", palette.CAPSULE,
)  # fmt: skip
DARK = Ground(
    "dark", "#0f1318", "#171c23", "#212832", "#e6eaef", "#96a1af", "#343d49", "#12171d",
    "#2f353d", "#8c4a50", "#f0553f", "#d9535c", "#aab4c0",
)  # fmt: skip


def ground_of(theme: str) -> Ground:
    """Return the colours of a theme; light for anything but "dark"."""
    return DARK if theme == "dark" else LIGHT
