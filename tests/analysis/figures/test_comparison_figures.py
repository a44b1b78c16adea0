"""Figures of a comparison: what is drawn where, and the same bytes for the same data."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.figures import attribution, canvas, dose_response, forest, organ_distribution, palette, survival_curves
from analysis.statistics.attribution import attribute, design
from analysis.statistics.dose_response import fit

LABELS = {"c": "Control", "a": "Arm A", "b": "Arm B"}
COLOURS = palette.of_arms(list(LABELS), "c")


def test_arms_have_colours_of_their_own_and_doses_shades_of_one() -> None:
    colours = palette.of_arms(["c", "x50", "x90", "y"], "c", {"x50": "x", "x90": "x"})
    assert colours["c"] == palette.CONTROL and len(set(colours.values())) == 4
    assert colours["x90"] == palette.ARMS[0] and colours["y"] == palette.ARMS[1]
    assert sum(int(colours["x50"][i : i + 2], 16) for i in (1, 3, 5)) > sum(
        int(colours["x90"][i : i + 2], 16) for i in (1, 3, 5)
    )


@pytest.mark.parametrize(
    ("value", "sign", "told"),
    [(-0.0001234, False, "−0.000123"), (1234.5, False, "1,234"), (0.0, True, "0"), (2.5, True, "+2.5"),
     (math.inf, False, "∞"), (math.nan, False, "?"), (99.99, False, "100"), (-8.51e-5, True, "−8.51×10⁻⁵"),
     (1e-12, False, "1×10⁻¹²")],
)  # fmt: skip
def test_numbers_as_people_write_them(value: float, sign: bool, told: str) -> None:
    assert canvas.number(value, sign) == told


def effects() -> list[forest.Effect]:
    return [forest.Effect("a", 0.5, 0.3, 0.8, "half"), forest.Effect("b", 0.0, 0.0, 0.2, "none left")]


def test_forest_puts_dots_at_their_values() -> None:
    panels = [
        forest.Panel("Counts", "times", forest.RATIO, effects()),
        forest.Panel(
            "Days", "days", forest.DIFFERENCE,
            [forest.Effect("a", 1.5, 1.0, 2.0, "later"), forest.Effect("b", math.nan, math.nan, math.nan, "not known")],
        ),
    ]  # fmt: skip
    figure = forest.draw(panels, LABELS, COLOURS)
    ratio, days = figure.axes
    dots = {line.get_xdata()[0]: line for line in ratio.lines if line.get_marker() == "o"}
    assert list(dots) == [0.5] and dots[0.5].get_color() == COLOURS["a"]
    assert any(line.get_marker() == "<" for line in ratio.lines), "a ratio of 0 lies beyond the axis"
    assert ratio.get_xscale() == "log"
    assert [line.get_xdata()[0] for line in days.lines if line.get_marker() == "o"] == [1.5]
    assert {"half", "none left"} <= {t.get_text() for t in ratio.texts}
    low, high = days.get_xlim()
    assert low < 0 < 2 < high


def test_forest_of_nothing_but_no_effect() -> None:
    none = [forest.Effect(a, 0.0, 0.0, 0.0, "exactly none") for a in "ab"]
    figure = forest.draw([forest.Panel("x", "", forest.DIFFERENCE, none)], LABELS, COLOURS)
    assert figure.axes[0].get_xlim() == (-1.0, 1.0)


def test_curves_end_at_the_share_that_happened_and_the_table_counts() -> None:
    times = {
        "c": (np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, True, True, False])),
        "a": (np.array([4.0] * 4), np.zeros(4, dtype=bool)),
    }
    figure = survival_curves.draw([survival_curves.Panel("Breach", times)], "c", LABELS, COLOURS)
    axes = figure.axes[0]
    ends = {line.get_color(): line.get_ydata()[-1] for line in axes.lines if line.get_drawstyle() == "steps-post"}
    assert ends == pytest.approx({COLOURS["c"]: 0.75, COLOURS["a"]: 0.0})
    counts = [t.get_text() for t in axes.texts if t.get_text().isdigit()]
    days = [d for d in axes.get_xticks() if 0 <= d <= 4]
    assert len(counts) == 2 * len(days) and counts[: len(days)] == [str(int((times["c"][0] >= d).sum())) for d in days]


@pytest.mark.parametrize("day", [0.0, 2.5])
def test_curves_of_times_that_are_all_equal(day: float) -> None:
    """Also where everything happened on day 0: an axis without width would be a warning, and warnings are errors."""
    times = {arm: (np.full(3, day), np.ones(3, dtype=bool)) for arm in ("c", "a")}
    figure = survival_curves.draw([survival_curves.Panel("Breach", times)], "c", LABELS, COLOURS)
    low, high = figure.axes[0].get_xlim()
    assert low == 0.0 and high > day
    assert "<svg" in canvas.svg(figure)


def test_dose_panel_draws_means_and_every_pair() -> None:
    doses, changes = np.array([0.5, 0.75, 0.9]), np.array([[-1.0, -2, -4], [-2, -3, -5], [-1, -3, -6]])
    fitted = fit(doses, changes)
    figure = dose_response.draw([dose_response.Panel("x", "", doses, changes, fitted, "#0072b2")])
    axes = figure.axes[0]
    means = next(line for line in axes.lines if line.get_marker() == "o")
    assert list(means.get_ydata()) == pytest.approx(changes.mean(axis=0))
    assert sum(len(line.get_xdata()) == 4 for line in axes.lines) == 3
    assert max(line.get_xdata().max() for line in axes.lines if len(line.get_xdata()) > 50) == pytest.approx(0.9)


def test_organs_sum_to_the_total_and_shares_to_one() -> None:
    means = pd.DataFrame({"liver": [1.0, 0.0], "lung": [3.0, 0.0]}, index=["c", "a"])
    figure = organ_distribution.draw(means, ["c", "a"], LABELS, "cells")
    left, right = figure.axes
    assert [p.get_width() for p in left.patches] == [1.0, 0.0, 3.0, 0.0]
    assert sum(p.get_width() for p in right.patches) == pytest.approx(1.0)
    assert "none arrived" in {t.get_text() for t in right.texts}


def test_attribution_bars_sum_to_the_whole() -> None:
    worlds = pd.concat([design(["x", "y"]).assign(replicate=k) for k in range(3)], ignore_index=True)
    worlds["v"] = 2.0 * worlds["x"] + 5.0 * worlds["y"] + worlds["x"] * worlds["y"] * worlds["replicate"]
    found = attribute(worlds, ["x", "y"], "v")
    axes = attribution.draw(found, {}, "t", "u").axes[0]
    bars = [p.get_width() for p in axes.patches]
    assert sum(bars[:-1]) == pytest.approx(bars[-1]) and bars[0] > bars[1]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["y", "x", "the whole effect"]
    bare = attribute(worlds[worlds[["x", "y"]].sum(axis=1) > 0], ["x", "y"], "v", orders=())
    alone = attribution.draw(bare, {}, "t", "u").axes[0]
    assert [p.get_width() for p in alone.patches] == [pytest.approx(8.0)], "only the whole effect is a bar"
    diamonds = [line.get_xdata()[0] for line in alone.lines if line.get_marker() == "D"]
    assert diamonds == pytest.approx([6.0, 3.0])
    left = attribution.draw(attribute(worlds.assign(v=worlds["v"] + 1.0), ["x", "y"], "v"), {}, "t", "u").axes[0]
    assert [t.get_text() for t in left.get_yticklabels()][2:] == ["left with all of them off", "the whole effect"]
    bars = [p.get_width() for p in left.patches]
    assert sum(bars[:-1]) == pytest.approx(bars[-1])


def test_same_bytes_no_date_no_fonts_no_empty_strips() -> None:
    def drawn() -> str:
        return canvas.svg(forest.draw([forest.Panel("x", "y", forest.RATIO, effects())], LABELS, COLOURS))

    text = drawn()
    assert text == drawn()
    assert "<text" not in text and "dc:date" not in text
    height = float(text.split('viewBox="')[1].split('"')[0].split()[3])
    assert height < 72 * (0.30 * 2 + 0.98)
