"""Where organs lie in the drawn body: outlines as SVG, in the units of a figure 300 wide and 500 high."""

from __future__ import annotations

from dataclasses import dataclass

SILHOUETTE = (
    "M132 84C130 98 118 102 100 106C74 112 62 128 58 156L46 250C42 276 40 300 36 330C34 347 50 349 54 334L70 262L84 190"
    "C88 220 90 240 88 262C84 290 78 310 79 345L84 500L138 500L147 366Q150 356 153 366L162 500L216 500L221 345"
    "C222 310 216 290 212 262C210 240 212 220 216 190L230 262L246 334C250 349 266 347 264 330C260 300 258 276 254 250"
    "L242 156C238 128 226 112 200 106C182 102 170 98 168 84Z"
)
HEART = (156.0, 178.0)


@dataclass(frozen=True)
class Place:
    """An organ.

    outline    str    SVG shapes; `{}` is where their paint goes
    x, y       middle of what is drawn into it
    a, b       half axes of what is drawn into it
    """

    outline: str
    x: float
    y: float
    a: float
    b: float


PLACES: dict[str, Place] = {
    "brain": Place(
        '<path d="M126 42C122 20 138 8 150 14C162 8 178 20 174 42C168 56 132 56 126 42Z" {}/>',
        150, 33, 18, 14,
    ),
    "lung": Place(
        '<path d="M140 124C128 120 112 138 106 168C102 190 106 206 116 208C130 206 141 200 142 186Z" {}/>'
        '<path d="M162 124C174 120 188 138 194 168C198 190 194 206 184 208C174 206 166 200 168 190L164 160Z" {}/>',
        123, 170, 12, 28,
    ),
    "liver": Place(
        '<path d="M102 222C112 212 140 214 172 220C176 230 160 240 140 246C126 254 108 258 101 248'
        'C97 240 98 228 102 222Z" {}/>',
        126, 234, 22, 13,
    ),
    "lymph_node": Place(
        '<ellipse cx="176" cy="248" rx="8" ry="6" {}/><ellipse cx="186" cy="260" rx="7" ry="5" {}/>',
        181, 254, 9, 7,
    ),
    "adrenal": Place(
        '<path d="M186 276l9 -9l9 9q-9 5 -18 0Z" {}/><path d="M96 276l9 -9l9 9q-9 5 -18 0Z" {}/>',
        195, 274, 6, 4,
    ),
    "bone": Place(
        '<path d="M185 352c-7 -6 3 -15 8 -8c6 -5 13 4 6 9l-3 92c8 5 0 14 -5 9c-6 6 -15 -2 -8 -9Z" {}/>',
        192, 398, 5, 40,
    ),
}  # fmt: skip
