"""The cards beside the body: a card per organ, one for the blood, and the words and numbers on them."""

from __future__ import annotations

from html import escape

from analysis.figures import palette
from analysis.figures.canvas import number
from analysis.viewer.body import Body
from analysis.viewer.body_places import PLACES
from analysis.viewer.ground import Ground

WIDTH, HEIGHT = 980, 640
#: the body's own place on the sheet
LEFT, TOP = 340.0, 128.0


def arranged(body: Body) -> dict[str, tuple[float, float]]:
    """Give every organ its card: the primary's on the left, the others on the right in the order in which they lie."""
    others = [name for name in body.organs if name != body.primary]
    others.sort(key=lambda name: PLACES[name].y if name in PLACES else 999.0)
    step = min(100.0, 500.0 / max(len(others), 1))
    spots = {name: (676.0, 122.0 + i * step) for i, name in enumerate(others)}
    return {body.primary: (16.0, 122.0), **spots} if body.primary in body.organs else spots


def card(name: str, body: Body, x: float, y: float, ground: Ground) -> str:
    """Draw the card of an organ, and the line that leads to it; the primary's own has the primary below it."""
    organ = body.organs[name]
    wide, high = 288.0, 84.0
    colour = palette.of_organs([name])[name] if not (name == "brain" and ground.name == "dark") else "#9aa7b8"
    here = name == body.primary
    title = f"{palette.words(name)}, the primary's own" if here else palette.words(name)
    place = PLACES.get(name)
    line = ""
    if place is not None:
        start = x + wide if here else x
        px, py = LEFT + place.x + (place.a + 4 if not here else -place.a - 4), TOP + place.y
        line = (
            f'<path d="M{start} {y + 26}L{px:.1f} {py:.1f}" fill="none" stroke="{colour}" stroke-width="1" '
            'stroke-dasharray="2 3" opacity="0.8"/>'
        )
    came = f"{count(organ.arrived)} arrived" if organ.arrived is not None else ""
    n = organ.metastases
    size = f"{count(n)} {'metastasis' if n == 1 else 'metastases'}" if n else ""
    colonies = f"{count(organ.colonies)} {'colony' if organ.colonies == 1 else 'colonies'}"
    told = " · ".join(part for part in (came, colonies, size) if part)
    share = organ.growing / organ.living if organ.living else 0.0
    bar = wide - 24
    drawn = [
        line,
        f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="8" fill="{ground.tile}"/>',
        f'<rect x="{x}" y="{y}" width="5" height="{high}" rx="2.5" fill="{colour}"/>',
        text(x + 16, y + 21, title, 13.5, ground.ink, bold=True),
        text(x + wide - 12, y + 21, f"{count(organ.living)} living", 13, ground.ink, end=True),
        text(x + 16, y + 39, told, 11.5, ground.quiet),
        f'<rect x="{x + 16}" y="{y + 48}" width="{bar - 4:.1f}" height="8" rx="4" fill="{ground.line}"/>',
    ]
    if organ.living:
        drawn.append(
            f'<rect x="{x + 16}" y="{y + 48}" width="{(bar - 4) * max(share, 0.0):.1f}" height="8" rx="4" '
            f'fill="{ground.tumour}"/>'
        )
    drawn.append(text(x + 16, y + 73, f"{count(organ.growing)} growing", 11.5, ground.ink))
    drawn.append(text(x + wide - 12, y + 73, f"{count(organ.dormant)} dormant", 11.5, ground.quiet, end=True))
    if here:
        drawn.append(
            f'<rect x="{x}" y="{y + high + 8}" width="{wide}" height="34" rx="8" fill="{ground.tile}"/>'
            f'<circle cx="{x + 22}" cy="{y + high + 25}" r="8" fill="{ground.tumour}" stroke="{ground.capsule}" '
            f'stroke-width="2"/>'
            + text(x + 40, y + high + 30, "primary tumour", 13, ground.ink)
            + text(
                x + wide - 12, y + high + 30, f"{count(body.primary_cells)} cells", 13, ground.ink, bold=True, end=True
            )
        )
    return "".join(drawn)


#: convoys in the blood: name, label, discs as (x, y, colour)
COMPANY = (
    ("singles", "single cells", ((0, 0, "tumour_cell"),)),
    ("clusters", "clusters", ((-6, 3, "tumour_cell"), (6, 3, "tumour_cell"), (0, -6, "tumour_cell"))),
    ("with_lymphocyte", "with a lymphocyte", ((-4, 0, "tumour_cell"), (7, 0, "t_cell"))),
    ("with_neutrophil", "with a neutrophil", ((-4, 0, "tumour_cell"), (7, 0, "neutrophil"))),
)


def blood(body: Body, ground: Ground) -> str:
    """Draw the card of the blood: who travels alone and in what company, and what is dissolved; and the legend."""
    x, y, wide = 16.0, 260.0, 288.0
    serum = [(n, *body.serum[n]) for n in ("sicam1", "alt", "ast", *sorted(body.serum)) if n in body.serum]
    serum = [
        entry for i, entry in enumerate(serum) if entry not in serum[:i] and (entry[1] or entry[0] in ("sicam1", "alt"))
    ][:5]
    shown = [c for c in COMPANY if c[0] != "with_neutrophil" or body.company.get(c[0])]
    high = 40.0 + 32.0 * len(shown) + 10.0 + (28.0 + 24.0 * len(serum) if serum else 0.0)
    drawn = [
        f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="8" fill="{ground.tile}"/>',
        f'<rect x="{x}" y="{y}" width="5" height="{high}" rx="2.5" fill="{ground.blood}"/>',
        text(x + 16, y + 23, "in the blood now", 13.5, ground.ink, bold=True),
        text(x + wide - 12, y + 23, f"{count(body.afloat + body.arrested)} tumour cells", 13, ground.ink, end=True),
    ]
    for i, (name, label, discs) in enumerate(shown):
        line = y + 52 + 32 * i
        for dx, dy, kind in discs:
            colour = ground.tumour if kind == "tumour_cell" else palette.of_cell_types([kind])[kind]
            size = 6.5 if kind == "tumour_cell" else 4.8
            drawn.append(
                f'<circle cx="{x + 34 + dx}" cy="{line + dy}" r="{size}" fill="{colour}" stroke="{ground.tile}"/>'
            )
        drawn.append(text(x + 62, line + 4.5, label, 13, ground.ink))
        drawn.append(
            text(x + wide - 12, line + 4.5, count(body.company.get(name, 0.0)), 15, ground.ink, bold=True, end=True)
        )
    if serum:
        top = y + 40 + 32 * len(shown) + 22
        drawn.append(text(x + 16, top, "dissolved in serum", 12, ground.quiet))
        for i, (name, value, unit) in enumerate(serum):
            shown_name = {"alt": "ALT", "ast": "AST", "il16": "IL-16"}.get(name, _molecule(name))
            drawn.append(text(x + 16, top + 24 * (i + 1), shown_name, 13, ground.ink))
            amount = f"{number(value)} {unit.replace('ug', 'µg')}".strip()
            drawn.append(text(x + wide - 12, top + 24 * (i + 1), amount, 13, ground.ink, bold=True, end=True))
    drawn.append(text(WIDTH - 16, HEIGHT - 12, f"day {body.day:.2f}", 13, ground.quiet, end=True))
    drawn.append(_legend(ground))
    return "".join(drawn)


def _legend(ground: Ground) -> str:
    y = HEIGHT - 16.0
    return (
        f'<circle cx="24" cy="{y}" r="4" fill="{ground.tumour}"/>' + text(34, y + 4, "growing", 11, ground.quiet)
        + f'<circle cx="96" cy="{y}" r="3.4" fill="{ground.card}" stroke="{ground.tumour}" stroke-width="1.3"/>'
        + text(106, y + 4, "dormant; more dots, more cells", 11, ground.quiet)
    )  # fmt: skip


def _molecule(name: str) -> str:
    words = " ".join(palette.words(part) for part in name.split("_"))
    return words.replace("lfa1", "LFA-1").replace("anti ", "antibody to ")


def count(value: float | None) -> str:
    """Write a count; a dash where it is not known."""
    return "–" if value is None else f"{value:,.0f}"


def text(x: float, y: float, words: str, size: float, colour: str, *, bold: bool = False, end: bool = False) -> str:
    """Write words, from x on, or up to it."""
    look = (' font-weight="600"' if bold else "") + (' text-anchor="end"' if end else "")
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"{look}>{escape(words)}</text>'
