"""Steps of the spread that are marked in every course: milestone, words, colour."""

from __future__ import annotations

MARKS = (
    ("breach", "capsule gives way", "#4a5666"),
    ("in_blood", "first cell in blood", "#b30d0d"),
    ("metastasis", "first metastasis", "#1d2530"),
)
