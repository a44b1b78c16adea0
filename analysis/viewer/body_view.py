"""The body as a picture: the steps of the cascade on top, below them organs and blood with what is in them and between.

A pure function from numbers to SVG, so that the page, a saved file and a test see the same. Dots that move along the
vessels stand for traffic, more for more, and rest for people who asked their computer for less motion.
"""

from __future__ import annotations

import math
from html import escape

from analysis.figures import palette
from analysis.viewer import body_cards
from analysis.viewer.body import Body, Organ
from analysis.viewer.body_cards import HEIGHT, LEFT, TOP, WIDTH, count, text
from analysis.viewer.body_places import HEART, PLACES, SILHOUETTE
from analysis.viewer.ground import Ground, ground_of

FONT = "Inter, Roboto, 'Helvetica Neue', Arial, sans-serif"


def draw(body: Body, theme: str = "light", *, moving: bool = True) -> str:
    """Draw the body as SVG.

    body      Body
    theme     str     "light" or "dark"
    moving    bool    whether dots move along the vessels
    returns   str     one <svg> element
    """
    ground = ground_of(theme)
    cards = body_cards.arranged(body)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" class="icam-body" role="img" '
        f'font-family="{FONT}" aria-label="{escape(_told(body))}">',
        "<style>@media (prefers-reduced-motion: reduce) {.icam-body .moving {display: none}}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="{ground.card}"/>',
        _cascade(body, ground),
        f'<g transform="translate({LEFT} {TOP})">',
        f'<g fill="{ground.flesh}"><ellipse cx="150" cy="43" rx="33" ry="41"/><path d="{SILHOUETTE}"/></g>',
        _vessels(body, ground, moving=moving),
        *(_organ(name, organ, body, ground) for name, organ in body.organs.items()),
        "</g>",
        *(body_cards.card(name, body, x, y, ground) for name, (x, y) in cards.items()),
        body_cards.blood(body, ground),
        "</svg>",
    ]
    return "".join(parts)


def _told(body: Body) -> str:
    """Say the picture in one sentence, for those who do not see it."""
    steps = ", ".join(f"{label} {count(value)}" for label, value, _ in _steps(body))
    return f"Body on day {body.day:.2f}: {steps}"


# ---- the steps on top ----


def _steps(body: Body) -> list[tuple[str, float | None, str]]:
    arrived = body.extravasated
    living = body.growing + body.dormant
    return [
        ("shed", body.shed, "into blood, so far"),
        ("alive in blood", body.afloat, "moving now" if body.died is None else f"moving now; {count(body.died)} died"),
        ("arrested", body.arrested, "held in vessels now"),
        (
            "extravasated",
            arrived if arrived is not None else living,
            "into tissue, so far" if arrived is not None else "living",
        ),
        ("dormant", body.dormant, "asleep now"),
        ("growing", body.growing, "awake now, with offspring"),
    ]


def _cascade(body: Body, ground: Ground) -> str:
    steps = _steps(body)
    gap, wide, high, top = 22.0, (WIDTH - 32.0 - 22.0 * (len(steps) - 1)) / len(steps), 84.0, 16.0
    drawn = []
    for i, (label, value, below) in enumerate(steps):
        x = 16.0 + i * (wide + gap)
        strength = 0.0 if not value else min(1.0, math.log10(1.0 + value) / 4.0)
        drawn.append(
            f'<rect x="{x:.1f}" y="{top}" width="{wide:.1f}" height="{high}" rx="8" fill="{ground.tile}"/>'
            f'<rect x="{x:.1f}" y="{top + high - 4}" width="{wide * strength:.1f}" height="4" rx="2" '
            f'fill="{ground.tumour}"/>'
            + text(x + 12, top + 24, label, 13, ground.quiet)
            + text(x + 12, top + 53, count(value), 25, ground.ink, bold=True)
            + text(x + 12, top + 71, below, 10.5, ground.quiet)
        )
        if i:
            at = x - gap / 2
            drawn.append(
                f'<path d="M{at - 6:.1f} {top + high / 2 - 7}l8 7l-8 7" fill="none" stroke="{ground.quiet}" '
                'stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
            )
    return "".join(drawn)


# ---- the figure ----


def _route(name: str, primary: str) -> str:
    """Return the way of blood from the primary to an organ, through heart and lung."""
    start, end = PLACES.get(primary, PLACES["liver"]), PLACES[name]
    out = f"M{start.x + 18} {start.y}C150 230 152 210 {HEART[0]} {HEART[1]}"
    if name == primary:
        return out + f"C150 205 146 215 {end.x} {end.y}"
    bend = 250.0 if end.y > HEART[1] + 20 else 140.0
    return (
        out
        + f"C150 {(HEART[1] + bend) / 2:.0f} 151 {bend} {(150 + end.x) / 2:.0f} {(bend + end.y) / 2:.0f}"
        + f"T{end.x} {end.y}"
    )


def _vessels(body: Body, ground: Ground, *, moving: bool) -> str:
    drawn = []
    for name in [n for n in PLACES if n in body.organs]:
        organ = body.organs[name]
        came = organ.arrived if organ.arrived is not None else organ.living
        wide = 1.6 + 1.5 * math.log10(1.0 + came)
        drawn.append(
            f'<path id="way-{name}" d="{_route(name, body.primary)}" fill="none" stroke="{ground.vessel}" '
            f'stroke-width="{wide:.1f}" stroke-linecap="round" opacity="0.75"/>'
        )
    if moving and (body.afloat + body.arrested or (body.shed or 0.0)):
        for name in [n for n in PLACES if n in body.organs]:
            traffic = body.organs[name].arrived or body.organs[name].living
            dots = 1 + min(4, int(math.log10(1.0 + traffic) * 1.6)) if traffic else 0
            for k in range(dots):
                drawn.append(
                    f'<circle class="moving" r="2.7" fill="{ground.tumour}" stroke="{ground.card}" stroke-width="0.7">'
                    f'<animateMotion dur="5s" begin="{-k * 5.0 / dots - len(name) * 0.37:.2f}s" '
                    f'repeatCount="indefinite" '
                    f'path="{_route(name, body.primary)}"/></circle>'
                )
    x, y = HEART
    drawn.append(
        f'<path d="M{x} {y + 12}c-22 -14 -12 -30 0 -20c12 -10 22 6 0 20Z" fill="{ground.vessel}" '
        f'stroke="{ground.card}"/>'
    )
    return "".join(drawn)


def _organ(name: str, organ: Organ, body: Body, ground: Ground) -> str:
    """Draw an organ with its colonies as dots: full ones grow, hollow ones sleep."""
    place = PLACES.get(name)
    if place is None:
        return ""
    colour = palette.of_organs([name])[name]
    if name == "brain" and ground.name == "dark":
        colour = "#9aa7b8"
    paint = f'fill="{colour}" fill-opacity="0.42" stroke="{colour}" stroke-width="1.2"'
    drawn = [place.outline.format(*[paint] * place.outline.count("{}"))]
    if name == body.primary and body.primary_cells:
        size = 3.5 + 1.5 * math.log10(1.0 + body.primary_cells)
        drawn.append(
            f'<circle cx="{place.x - 8}" cy="{place.y + 2}" r="{size:.1f}" fill="{ground.tumour}" '
            f'stroke="{ground.capsule}" '
            'stroke-width="1.6"/>'
        )
    total = organ.living
    if total:
        spots = min(26, max(1, round(4.5 * math.log10(1.0 + total) + 0.5)))
        awake = round(spots * organ.growing / total)
        for k in range(spots):
            far, turn = math.sqrt((k + 0.5) / spots), k * 2.399963
            x, y = place.x + place.a * far * math.cos(turn), place.y + place.b * far * math.sin(turn)
            look = (
                f'fill="{ground.tumour}"'
                if k < awake
                else f'fill="{ground.card}" stroke="{ground.tumour}" stroke-width="1.1"'
            )
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.1" {look}/>')
    return "".join(drawn)
