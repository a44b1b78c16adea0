"""The report: says what is in the data, holds all it shows, follows light and dark, and repeats to the byte."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from analysis.comparison_report import write_report, written_p
from analysis.comparison_report.drawings import THEMED, inline
from analysis.comparison_report.findings import cut, find
from analysis.comparison_report.sentences import _between, counted, fewer_or_more, pairing_told, summed_up, verdict
from analysis.comparison_report.subject import subject_of
from analysis.comparison_report.tissues import tissues, typical
from analysis.statistics.attribution import attribute, design
from simulation import InputError
from tests.analysis.compared import ARMS, Made, made_comparison, write_run_folders
from tests.analysis.recorded import write_run

REPLICATES = 5
VOID = {"meta", "img", "br", "link", "hr", "input"}


def picture() -> bytes:
    into = BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (30, 40, 3), dtype=np.uint8)).save(into, format="PNG")
    return into.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Five replicates; one arm equals the control; one run failed."""
    made = made_comparison(tmp_path_factory.mktemp("study"), replicates=REPLICATES)
    write_run_folders(made, picture())
    runs = made.runs.copy()
    bad = (runs["arm"] == "endothelium") & (runs["replicate"] == 2)
    runs.loc[bad, ["status", "digest"]] = ["FAILED", ""]
    worlds = pd.concat([design(["adhesion", "killing"]).assign(replicate=k) for k in range(1, 4)], ignore_index=True)
    worlds["v"] = -4.0 * worlds["adhesion"] + 1.0 * worlds["killing"] + 0.01 * worlds["replicate"]
    parts = {"cells_in_blood": attribute(worlds, ["adhesion", "killing"], "v")}
    return replace(made, runs=runs, attribution=parts)


@pytest.fixture(scope="module")
def page(made: Made, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = write_report(made, tmp_path_factory.mktemp("out"))
    assert path.name == "report.html"
    return path.read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Checks that tags close in order, and collects ids, addresses and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in ("src", "href", "xlink:href", "action"):
                self.addresses.append(str(value))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


def test_page_is_whole_and_alone(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    assert len(reader.ids) == len(set(reader.ids))
    assert all(a.startswith(("data:image/png;base64,", "#")) for a in reader.addresses)
    assert all(a[1:] in reader.ids for a in reader.addresses if a.startswith("#"))
    outside = re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
    assert "http" not in re.sub(r"http-equiv", "", outside) and "<script" not in page and "@import" not in page


def test_words_come_first_and_p_values_last(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert reader.headings[0] == "What came out" and reader.headings[-1] == "p-values, last"
    wanted = ["How large", "When", "More of it", "Where they went", "Through which", "side by side", "How it was done"]
    assert all(any(w in h for h in reader.headings) for w in wanted)
    assert "shrinks with the number of replicates" in page


def test_figures_follow_light_and_dark(page: str) -> None:
    assert "prefers-color-scheme: dark" in page and "@media print" in page
    drawn = "".join(re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL))
    assert page.count("<svg") >= 6 and "var(--ink)" in drawn
    assert not any(colour in drawn for colour in THEMED)


def test_what_failed_is_told(page: str) -> None:
    assert "34</b> of 35 runs complete" in page
    assert re.search(r"Knockdown in the endothelium, 90 %, replicate 2, seed \d+: failed", page)
    assert "1 of 35 runs are not complete" in page


def test_methods_and_origin_are_read_off_the_runs(page: str) -> None:
    for told in ("A small nodule", "14 days", "2 min", "50 cells", "900 µm", "fraction 90", "0.1.0", "abababab"):
        assert told in page, told
    assert page.count("data:image/png;base64,") == len(ARMS)


def test_null_arm_is_told_as_exactly_nothing(made: Made) -> None:
    subject = subject_of(made)
    findings = find(subject)
    for asked in subject.endpoints:
        said = verdict(subject, findings, asked, "anti_icam1")
        assert (said.said, said.mood) == ("no difference at all", "none")
    row = findings.effect("cells_in_blood", "anti_icam1")
    assert (row["difference"], row["low"], row["high"], row["p"]) == (0.0, 0.0, 0.0, 1.0)


def test_planted_effect_is_found_with_direction_and_size() -> None:
    subject = subject_of(made_comparison(replicates=24))
    findings = find(subject)
    row = findings.ratio("cells_in_blood", "tumour_90pct")
    assert row["low"] < 0.42 < row["high"] < 0.6
    asked = subject.endpoints[0]
    said = verdict(subject, findings, asked, "tumour_90pct")
    assert said.mood == "hoped" and said.said.endswith("% fewer") and said.sure.startswith("clear")
    assert findings.effect("capsule_breach", "tumour_90pct")["variance_saved"] > 5
    assert findings.effect("capsule_breach", "tumour_90pct")["correlation"] > 0.9
    told = summed_up(subject, findings, asked)
    assert told.startswith("Tumour cells that entered the blood: ") and "1 not at all" in told
    later = verdict(subject, findings, subject.endpoints[2], "both")
    assert later.said.endswith("days later") and later.mood == "hoped"
    assert findings.series[0].fitted.top[0] < 0 and len(findings.series) == 2


def test_worse_is_told_as_worse() -> None:
    made = made_comparison(replicates=12)
    runs = made.runs.copy()
    runs.loc[runs["arm"] == "both", "cells_in_blood"] *= 8
    subject = subject_of(replace(made, runs=runs))
    said = verdict(subject, find(subject), subject.endpoints[0], "both")
    assert said.mood == "against" and "times as many" in said.said


def test_ratio_alone_does_not_make_it_clear() -> None:
    """Two telling pairs of three, as even a ratio as there is: the difference of 0, -16, -27 is not clear."""
    made = made_comparison(replicates=3)
    runs = made.runs.copy()
    for arm, values in (("control", [0.0, 24, 42]), ("both", [0.0, 8, 15])):
        runs.loc[runs["arm"] == arm, "cells_in_blood"] = values
    subject = subject_of(replace(made, runs=runs))
    findings = find(subject)
    assert findings.ratio("cells_in_blood", "both")["high"] < 1.0
    assert verdict(subject, findings, subject.endpoints[0], "both").mood == "unclear"


def test_failed_runs_leave_whole_pairs_out(made: Made) -> None:
    findings = find(subject_of(made))
    pairs = findings.effects.set_index(["endpoint", "arm"])["pairs"]
    assert pairs["cells_in_blood", "endothelium"] == REPLICATES - 1
    assert pairs["cells_in_blood", "both"] == REPLICATES


def test_times_are_cut_at_the_shortest_observation() -> None:
    made = made_comparison(replicates=4)
    runs = made.runs.copy()
    runs.loc[0, ["first_metastasis", "first_metastasis_observed"]] = [9.0, False]
    subject = subject_of(replace(made, runs=runs))
    assert cut(subject)["first_metastasis"].max() == 9.0
    assert runs["first_metastasis"].max() > 9.0
    assert (find(subject).times.query("endpoint == 'first_metastasis'")["horizon"] == 9.0).all()


def test_same_comparison_same_bytes_and_tables(made: Made, page: str, tmp_path: Path) -> None:
    shuffled = replace(made, runs=made.runs.sample(frac=1.0, random_state=3))
    write_report(shuffled, tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    tables = {p.name for p in (tmp_path / "tables").iterdir()}
    for name in ("effects", "ratios", "times", "dose_response", "organs", "attribution", "replicates_needed"):
        assert {f"{name}.parquet", f"{name}.csv"} <= tables
    whole = pd.read_parquet(tmp_path / "tables" / "effects.parquet")
    text = pd.read_csv(tmp_path / "tables" / "effects.csv")
    assert whole["difference"].to_numpy() == pytest.approx(text["difference"].to_numpy(), nan_ok=True)
    assert len(whole) == 8 * (len(ARMS) - 1)


def test_names_cannot_smuggle_in_markup(tmp_path: Path) -> None:
    made = made_comparison(replicates=3)
    study = replace(made.study, title="<script>alert(1)</script>", question='"><img src=x onerror=y>')
    page = write_report(replace(made, study=study), tmp_path).read_text(encoding="utf-8")
    assert "<script" not in page and "<img src=x" not in page and "&lt;script&gt;" in page


def test_almost_nothing_to_report(tmp_path: Path) -> None:
    """One replicate, no folders, nothing happened: still a page, that says so."""
    made = made_comparison(tmp_path, replicates=1)
    runs = made.runs.copy()
    numbers = ["cells_in_blood", "colonies", *(c for c in runs if c.startswith("arrivals"))]
    runs[numbers] = 0.0
    for name in ("capsule_breach", "first_metastasis"):
        runs[name], runs[f"{name}_observed"] = 14.0, False
    page = write_report(replace(made, runs=runs), tmp_path).read_text(encoding="utf-8")
    assert "happened in no run" in page or "When it happened" not in page
    assert "Where they went" not in page and "side by side" not in page


def test_no_control_is_refused(tmp_path: Path) -> None:
    made = made_comparison(replicates=2)
    runs = made.runs.assign(status=np.where(made.runs["control"], "FAILED", "DONE"))
    with pytest.raises(InputError, match="no run of the control is complete"):
        write_report(replace(made, runs=runs), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("ratio", "told"),
    [(0.38, "62 % fewer"), (1.2, "20 % more"), (3.1, "3.1 times as many"), (1.0, "as many"), (0.999, "0.1 % fewer")],
)
def test_ratios_in_words(ratio: float, told: str) -> None:
    assert fewer_or_more(ratio) == told


def test_intervals_in_words() -> None:
    assert _between("70 % fewer", "55 % fewer", 0.3) == "55 to 70 % fewer"
    assert _between("5 % more", "20 % more", 1.05) == "5 to 20 % more"
    assert _between("30 % fewer", "10 % more", 0.7) == "30 % fewer to 10 % more"
    none = pd.Series({"ratio": 0.0, "low": 0.0, "high": 0.3, "control_events": 12.0, "arm_events": 0.0})
    assert counted(none) == ("none, where the control had 12", "at least 70 % fewer")


def test_written_p() -> None:
    assert [written_p(p) for p in (0.5, 0.031234, 1e-9, float("nan"))] == ["0.5", "0.031", "< 0.0001", "–"]


def test_what_was_never_seen_is_not_called_equal(tmp_path: Path) -> None:
    made = made_comparison(replicates=3)
    runs = made.runs.assign(colonies=0.0, first_metastasis=14.0, first_metastasis_observed=False)
    subject = subject_of(replace(made, runs=runs))
    findings = find(subject)
    asked = subject.endpoints[1]
    assert verdict(subject, findings, asked, "both").mood == "unseen"
    assert "never in any run" in summed_up(subject, findings, asked)
    page = write_report(replace(made, runs=runs), tmp_path).read_text(encoding="utf-8")
    assert "Never seen in any run, and so left out of the figures: colonies of tumour cells at the end" in page
    assert "the first colony is as large as a metastasis" in page


def test_tissues_are_drawn_from_kept_cells_on_one_scale(tmp_path: Path) -> None:
    """Two arms of one replicate with the same cells look the same, though one would have shades of its own."""
    made = made_comparison(tmp_path, replicates=1)
    for arm in ("control", "both"):
        write_run(tmp_path / f"runs/{arm}/seed-000001")
    number, shown = tissues(subject_of(made))
    assert number == 1 and [t.label for t in shown] == ["Control", "Knockdown in both, 90 %"]
    assert shown[0].picture == shown[1].picture
    assert shown[0].legend.startswith("data:image/png;base64,") and not shown[1].legend, "colours are told once"
    part = tmp_path / "runs/both/seed-000001/cells/part-000002.parquet"
    table = pd.read_parquet(part)
    table["icam1"] /= 10
    table.to_parquet(part, index=False)
    assert len({t.picture for t in tissues(subject_of(made))[1]}) == 2


def test_typical_replicate_is_nearest_to_the_mean() -> None:
    made = made_comparison(replicates=3)
    runs = made.runs.copy()
    for number, change in ((1, -30.0), (2, -19.0), (3, -10.0)):
        own = runs["replicate"] == number
        runs.loc[own, "cells_in_blood"] = np.where(runs.loc[own, "control"], 50.0, 50.0 + change)
    subject = subject_of(replace(made, runs=runs))
    assert typical(subject, subject.done, [1, 2, 3]) == 2


def test_inlined_svg_keeps_its_inner_links_apart() -> None:
    inner = '<g id="a"/><use xlink:href="#a" clip-path="url(#a)"/>'
    svg = f'<?xml?><svg width="1pt" viewBox="0 0 1 1" xmlns="x">{inner}</svg>'
    found = inline(svg, "f1-")
    assert 'id="f1-a"' in found and 'href="#f1-a"' in found and "url(#f1-a)" in found and "<?xml" not in found


def test_an_arm_is_held_against_its_own_control(tmp_path: Path) -> None:
    made = made_comparison(replicates=5)
    arms = tuple(replace(a, against="endothelium") if a.name == "both" else a for a in made.study.arms)
    own = replace(made, study=replace(made.study, arms=arms))
    subject = subject_of(own)
    findings = find(subject)
    runs = made.runs.pivot(index="replicate", columns="arm", values="cells_in_blood")
    assert findings.effect("cells_in_blood", "both")["difference"] == pytest.approx(
        (runs["both"] - runs["endothelium"]).mean()
    )
    assert findings.ratio("cells_in_blood", "both")["ratio"] == pytest.approx(
        runs["both"].sum() / runs["endothelium"].sum()
    )
    usual = find(subject_of(made))
    assert (
        findings.effect("colonies", "tumour_90pct")["difference"]
        == usual.effect("colonies", "tumour_90pct")["difference"]
    )
    assert subject.treated == [a for a in ARMS if a not in ("control", "endothelium")]
    order = list(zip(findings.effects["endpoint"], findings.effects["arm"], strict=True))
    assert order == [(e.name, arm) for e in subject.endpoints for arm in subject.treated]
    page = write_report(own, tmp_path).read_text(encoding="utf-8")
    assert "against the control of each" in page and "Every treatment is held against its own control." in page


@pytest.mark.parametrize(("pairs", "told"), [(2, "so few runs"), (5, "0.90 (median)")])
def test_what_pairing_is_worth_is_not_read_off_two_pairs(pairs: int, told: str) -> None:
    """Two points always lie on a line."""
    effects = pd.DataFrame({"endpoint": ["a"], "pairs": [pairs], "correlation": [0.9], "variance_saved": [6.0]})
    subject = SimpleNamespace(endpoints=[SimpleNamespace(name="a", primary=True)])
    assert told in pairing_told(subject, SimpleNamespace(effects=effects))  # type: ignore[arg-type]
