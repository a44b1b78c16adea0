"""Mistakes people make in scenario files: each is told in one line, at its place, with what to do."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulation.engine.errors import InputError
from simulation.scenario import Scenario, load_scenario
from tests.toy_vocabulary import TOYS

LINE = re.compile(r"[^\n:]+(:\d+:\d+)?: [^;\n][^\n]*; [^\n]+; [^\n]+")


def faults(path: Path, *options: str) -> list[str]:
    """Load a scenario and return its faults, one line each; none when it is accepted."""
    try:
        load_scenario(path, options, known=TOYS)
    except InputError as error:
        lines = str(error).splitlines()
        assert len(lines) == len(error.faults), "each fault is one line"
        assert all(LINE.fullmatch(line) for line in lines), "where: what; expected; what to do"
        return [line.replace(f"{path.parent}/", "") for line in lines]
    return []


def told(tmp_path: Path, text: str | bytes, *options: str) -> list[str]:
    path = tmp_path / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return faults(path, *options)


GOOD = """\
title: a small world
seed: 7
until: 2 day
tick: 2 min
tissue: {liver_nodule: {width: 1.6 mm}}
cells:
  tumour_cell:
    radius: 9 um
    icam1_basal: {value: 0.04 1/h, spread: 0.5}
substances:
  tnf: {diffusion: 1200 um^2/min}
organs:
  lung: {flow_share: 0.3}
  brain: off
processes:
  nfkb: {k_in: 6 1/h, every: 20 min}
  killing: {hits: 4, serial: off, mode: fas}
interventions:
  - knockdown: {molecule: icam1, cells: [tumour_cell], fraction: 90 %}
record: {every: 6 h, cells: off, fields: 1 day}
"""


def test_the_good_one_is_good(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD) == []


# what stands in place of a line of GOOD; where the fault is; words of its message
MISTAKES = [
    ("seed: 7", "sede: 7", "2:1", "no section 'sede'", "did you mean 'seed'?"),
    ("seed: 7", "Seed: 7", "2:1", "no section 'Seed'", "did you mean 'seed'?"),
    ("seed: 7", "nfkb: {k_in: 5 1/h}", "2:1", "no section 'nfkb'", "nfkb belongs under processes:"),
    ("seed: 7", "colour: red", "2:1", "no section 'colour'", "expected one of"),
    ("seed: 7", "seed: -7", "2:7", "seed: -7 is outside", "choose another value"),
    ("seed: 7", "seed: 1.5", "2:7", "1.5 is not a whole number", "expected a whole number"),
    ("seed: 7", "seed: 18446744073709551616", "2:7", "is outside", "seed"),
    ("seed: 7", "seed: many", "2:7", "'many' is not a number", "expected a pure number"),
    ("seed: 7", "seed:", "2:1", "seed is nothing", "write seed: 1"),
    ("seed: 7", "seed: [7]", "2:7", "seed is a list", "write seed: 1"),
    ("seed: 7", "seed: true", "2:7", "'true' is a switch", "write a number"),
    ("seed: 7", "seed: 7\nseed: 8", "3:1", "'seed' is given twice", "at x.yaml:2:1"),
    ("seed: 7", "cells_per_agent: -100", "2:18", "-100 is outside 1 ... 1e+06", "cells that one agent stands for"),
    ("seed: 7", "voxel: 20 min", "2:8", "'20 min' is a time", "expected a length in um"),
    ("seed: 7", "voxel: 1,5 um", "2:8", "'1,5 um' is not a number", "decimal sign as a point"),
    ("title: a small world", "title: 5", "1:8", "'5' is a number", "put it in quotes"),
    ("title: a small world", "title: |\n  a\n  b", "1:8", "title is more than one line", "shorten it"),
    ("until: 2 day", "until: 20 um", "3:8", "'20 um' is a length", "expected a time in min"),
    ("until: 2 day", "until: 1 min", "3:8", "ends before the first tick of 2 min", "simulate longer"),
    ("until: 2 day", "until: 2881 min", "3:8", "is not a whole number of ticks", "multiple of 2 min"),
    ("until: 2 day", "until: -2 day", "3:8", "'-2 day' is below zero", "leave out the sign"),
    ("until: 2 day", "until: 0", "3:8", "'0' is no time", "more than 0"),
    ("until: 2 day", "until: 20000000 day", "3:8", "takes more than 4294967296 ticks", "in longer ticks"),
    ("until: 2 day", "until: 1e999 day", "3:8", "is not finite", "expected a time"),
    ("tick: 2 min", "tick: 4 min", "4:7", "divide the 2 min of killing, the 10 min of knockdown", "as 2 min"),
    ("tick: 2 min", "tick: 0 min", "4:7", "'0 min' is no time", "more than 0"),
    ("tissue: {liver_nodule: {width: 1.6 mm}}", "", "1:1", "there is no tissue", "exactly one"),
    ("{liver_nodule: {width: 1.6 mm}}", "{liver_nodul: }", "5:10", "no tissue 'liver_nodul'", "mean 'liver_nodule'?"),
    ("{liver_nodule: {width: 1.6 mm}}", "{liver_nodule: , monolayer: }", "5:9", "there are 2 tissues", "keep one"),
    ("{liver_nodule: {width: 1.6 mm}}", "liver_nodule", "5:9", "tissue is a word", "write `tissue:`"),
    ("width: 1.6 mm", "widht: 1.6 mm", "5:25", "no setting of liver_nodule 'widht'", "did you mean 'width'?"),
    ("width: 1.6 mm", "width: 1.6 m", "5:32", "1.6e+06 um is outside 200 ... 20000 um", "width of the slab"),
    ("width: 1.6 mm", "width: 1 mm", "5:10", "the nodule is wider than the slab", "widen the slab"),
    ("width: 1.6 mm", "oval_cells: -3", "5:37", "-3 is outside 0 ... 1000", "oval cells at the start"),
    ("{liver_nodule: {width: 1.6 mm}}", "{monolayer: {cells: [tumor_cell]}}", "5:30", "'tumor_cell'", "'tumour_cell'?"),
    ("{liver_nodule: {width: 1.6 mm}}", "{monolayer: {cells: t_cell}}", "5:29", "is no list", "write it as in [a, b]"),
    ("tumour_cell:", "tumor_cell:", "7:3", "no cell type 'tumor_cell'", "did you mean 'tumour_cell'?"),
    ("radius: 9 um", "raduis: 9 um", "8:5", "no column of tumour_cell 'raduis'", "did you mean 'radius'?"),
    ("radius: 9 um", "lfa1: 9", "8:5", "no column of tumour_cell 'lfa1'", "t_cell has it"),
    ("radius: 9 um", "tnf_output: 9 fg/min", "8:5", "tnf_output has no starting value", "remove it"),
    ("radius: 9 um", "radius: 9 min", "8:13", "'9 min' is a time", "expected a length in um (radius)"),
    ("radius: 9 um", "radius: 90 um", "8:13", "90 um is outside 0.5 ... 50 um", "choose another value"),
    ("spread: 0.5", "spraed: 0.5", "9:36", "no setting of icam1_basal 'spraed'", "did you mean 'spread'?"),
    ("spread: 0.5", "spread: -0.5", "9:44", "-0.5 is outside 0 ... 10", "coefficient of variation"),
    ("tnf: {diff", "tfn: {diff", "11:3", "no substance 'tfn'", "did you mean 'tnf'?"),
    ("1200 um^2/min", "1200 um/min", "11:20", "'1200 um/min' is a speed", "expected a diffusion coefficient"),
    ("lung: {", "lungs: {", "13:3", "no organ 'lungs'", "did you mean 'lung'?"),
    ("flow_share: 0.3", "flow_share: 30", "13:22", "30 is outside 0 ... 1", "left-heart output"),
    ("brain: off", "brain: no", "14:10", "brain is 'no'", "expected on or off"),
    ("nfkb: {", "nf_kb: {", "16:3", "no process 'nf_kb'", "did you mean 'nfkb'?"),
    ("nfkb: {", "resection: {", "16:3", "no process 'resection'", "resection belongs under interventions:"),
    ("k_in: 6 1/h", "k_im: 6 1/h", "16:10", "no setting of nfkb 'k_im'", "did you mean 'k_in'?"),
    ("k_in: 6 1/h", "k_in: 6 h", "16:16", "'6 h' is a time", "expected a rate in 1/h (nuclear import)"),
    ("k_in: 6 1/h", "k_in: 6 1/hr/h", "16:16", "'6 1/hr/h' is a quantity of dimension", "expected a rate"),
    ("k_in: 6 1/h", "k_in: 6 1/hurs", "16:16", "unit that is not known, '1/hurs'", "expected a rate"),
    ("k_in: 6 1/h", "k_in: 1/h", "16:16", "'1/h' is not a number", "write the number before its unit"),
    ("k_in: 6 1/h", "k_in: -6 1/h", "16:16", "-6 1/h is outside 0 ... 100 1/h", "choose another value"),
    ("k_in: 6 1/h", "k_in: .nan", "16:16", "'nan' is not finite", "expected a rate"),
    ("k_in: 6 1/h", "k_in: {value: 6}", "16:16", "k_in is a section", "write k_in: 6.0 1/h"),
    ("every: 20 min", "every: 3 min", "16:30", "nfkb of 3 min is not a whole number of ticks", "multiple of 2 min"),
    ("every: 20 min", "evry: 20 min", "16:23", "no setting of nfkb 'evry'", "did you mean 'every'?"),
    ("every: 20 min", "every: often", "16:30", "'often' is not a number", "expected a time"),
    ("hits: 4", "hits: 4.5", "17:19", "4.5 is not a whole number", "hits that kill"),
    ("serial: off", "serial: 1", "17:30", "serial is '1'", "write on or off"),
    ("mode: fas", "mode: fass", "17:41", "no mode 'fass'", "did you mean 'fas'?"),
    ("  - knockdown", "  - knokdown", "19:5", "no intervention 'knokdown'", "did you mean 'knockdown'?"),
    ("  - knockdown: {", "  - {resection: , knockdown: {", "20:1", "YAML: ", "check"),
    ("molecule: icam1", "molecule: icam2", "19:27", "no molecule 'icam2'", "did you mean 'icam1'?"),
    ("fraction: 90 %", "fraction: 90", "19:66", "90 is outside 0 ... 1", "share that is lost"),
    ("fraction: 90 %", "fraction: 90 mg", "19:66", "'90 mg' is a mass", "expected a pure number"),
    ("cells: [tumour_cell]", "cells: [tumour_cell, 5]", "19:55", "'5' is a number", "put it in quotes"),
    ("record: {every: 6 h", "record: {evry: 6 h", "20:10", "no setting of record 'evry'", "did you mean 'every'?"),
    ("record: {every: 6 h", "record: {every: off", "20:17", "'off' is not a number", "expected a time"),
    ("cells: off", "cells: 3 min", "20:29", "record.cells of 3 min is not a whole", "multiple of 2 min"),
    ("  - knockdown: {", "  - resection\n  - 5\n  - knockdown: {", "20:5", "it is a number", "expected one"),
    # the text itself
    ("seed: 7", "seed 7", "2:1", "a key without its colon", "add the colon"),
    ("  tumour_cell:", "\ttumour_cell:", "7:1", "a tab cannot indent", "replace the tab by spaces"),
    ("    radius: 9 um", "   radius: 9 um", "9:16", "a colon where no key can be", "check the indentation"),
    ("seed: 7", "seed: !!int 7", "2:7", "tag '!!int' is not allowed", "remove the tag"),
    ("seed: 7", "seed: !!python/name:os.system 7", "2:7", "tag '!!python/name:os.system'", "remove the tag"),
    ("seed: 7", "seed: &s 7", "2:7", "anchor &s is not allowed", "remove the anchor"),
    ("seed: 7", "<<: {seed: 7}", "2:1", "<< is not allowed", "use `extends:`"),
    ("seed: 7", "seed: 7\n---", "3:1", "a second document begins here", "split it"),
    ("seed: 7", "seed: 'seven", "21:1", "something is still open at the end", "close the quote"),
    ("seed: 7", "seed: @7", "2:7", "cannot start any token", "put the text in quotes"),
    ("seed: 7", "? [seed]\n: 7", "2:3", "a key is a list", "write `key: value`"),
    ("seed: 7", "extends: ../../etc/passwd", "2:10", "leads out of this folder", "copy it beside this file"),
    ("seed: 7", "extends: /etc/passwd.yaml", "2:10", "leads out of this folder", "copy it beside this file"),
    ("seed: 7", "extends: base.yml", "2:10", "there is no file 'base.yml'", "expected"),
    ("seed: 7", "extends: x.yaml", "2:10", "'x.yaml' extends itself in the end", "remove one extends"),
    ("seed: 7", "extends: [x.yaml]", "2:10", "extends is a list", "write extends: other.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "what", "more"), MISTAKES, ids=[m[1][:40] for m in MISTAKES])
def test_mistake(tmp_path: Path, old: str, new: str, place: str, what: str, more: str) -> None:
    assert GOOD.count(old) == 1
    found = told(tmp_path, GOOD.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(f"x.yaml:{place}: "), found[0]
    assert what in found[0], found[0]
    assert more in found[0], found[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "x.yaml:1:1: it is empty"),
        (b"# nothing\n\n", "x.yaml:1:1: it is empty"),
        (b"- a\n- b\n", "x.yaml:1:1: it is a list"),
        (b"just words", "x.yaml:1:1: it is a word"),
        (b"\x7fELF\x02\x01\x00", "x.yaml:1:1: character '\\x7f' is not text"),
        (b"seed: 1\ntitle: \xff\xfe", "x.yaml:2:8: byte 0xff is not text"),
        (b"seed: \x00", "x.yaml:1:7: character '\\x00' is not text"),
        (b"x" * 262145, "x.yaml:1:1: it is larger than 256 kB"),
        (b"[" * 100_000, "x.yaml:1:22: it is nested deeper than 20"),
        (b"a: [" + b"1," * 100_000, "x.yaml:1:15999: it has over 8000 values"),
        (b'title: "\\U0011ffff"', "x.yaml:1:1: YAML: cannot be understood"),
        (b"%YAML 1.1\n---\nseed: 1\n", "x.yaml:1:1: it begins with a % directive"),
        (b"# note\n\n%TAG ! x\n---\na: 1\n", "x.yaml:3:1: it begins with a % directive"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_is_no_scenario(tmp_path: Path, text: bytes, message: str) -> None:
    found = told(tmp_path, text)
    assert len(found) == 1
    assert found[0].startswith(message), found[0]


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    assert faults(tmp_path / "none.yaml")[0].startswith("none.yaml:1:1: there is no such file")
    assert faults(tmp_path / "folder.yaml")[0].startswith("folder.yaml:1:1: this is a folder")
    assert faults(tmp_path / "pipe.yaml")[0].startswith("pipe.yaml:1:1: this is no ordinary file")
    assert "cannot be read" in faults(tmp_path / ("n" * 300 + ".yaml"))[0]
    assert "nul\\x00.yaml:1:1: there is no such file" in faults(tmp_path / "nul\0.yaml")[0]
    assert "two\\nlines.yaml" in faults(tmp_path / "two\nlines.yaml")[0]


MANY = """\
sede: 7
seed: -1
until: 5 um
voxel: wide
tissue:
  liver_nodule:
    widht: 5 um
    nodule_radius: 5 min
    oval_cells: 1.5
cells:
  tumor_cell: {}
  tumour_cell:
    raduis: 9 um
    radius: 900 um
    icam1: {value: -5, spread: 99}
substances:
  tnf: {decay: 5 um}
  tfn: {}
organs:
  brain: maybe
processes:
  nfkb:
    k_in: 500 1/h
    k_out: 5 1/h
  killing: {mode: magic}
interventions:
  - knokdown: {}
  - knockdown: {cells: [b_cell]}
record: {every: never}
"""


def test_all_faults_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    places = [line.split(": ")[0] for line in told(tmp_path, MANY)]
    assert [p.removeprefix("x.yaml:") for p in places] == [
        "1:1", "2:7", "3:8", "4:8", "7:5", "8:20", "9:17", "11:3", "13:5", "14:13", "15:20", "15:32", "17:16", "18:3",
        "20:10", "23:11", "24:5", "25:19", "27:5", "28:25", "29:17",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("option", "where", "what"),
    [
        ("processes.nfkb.k_im=5", "processes.nfkb.k_im", "did you mean 'k_in'?"),
        ("processes.nfkb.k_in=5 h", "processes.nfkb.k_in", "'5 h' is a time"),
        ("proceses.nfkb.k_in=5", "proceses.nfkb.k_in", "did you mean 'processes'?"),
        ("cells.t_cell.radius=900", "cells.t_cell.radius", "is outside 0.5 ... 50 um"),
        (f"processes.nfkb.{'long_' * 9}name=5", f"processes.nfkb.{'long_' * 9}name", "no setting of nfkb"),
        ("a\nb=5", "a\\nb", "no section"),
        ("seed", "seed", "expected key=value"),
        ("=5", "", "expected key=value"),
        ("seed=", "seed", "seed is nothing"),
        ("seed=[1", "seed", "something is still open"),
        ("seed=!x 1", "seed", "tag '!x' is not allowed"),
        ("processes.nfkb.every=3 min", "processes.nfkb.every", "not a whole number of ticks"),
        ("interventions.1.knockdown.fraction=1", "interventions.1.knockdown.fraction", "no item '1' in interventions"),
        ("interventions.0.knockdown.fraction=2", "interventions.0.knockdown.fraction", "2 is outside 0 ... 1"),
        ("interventions.0.knockdown.fractoin=1", "interventions.0.knockdown.fractoin", "did you mean 'fraction'?"),
        ("extends=y.yaml", "extends", "extends cannot be set"),
    ],
)
def test_options_are_told_apart_from_the_file(tmp_path: Path, option: str, where: str, what: str) -> None:
    found = told(tmp_path, GOOD, option)
    assert len(found) == 1, found
    assert found[0].startswith(f"--set {where}: "), found[0]
    assert what in found[0], found[0]


def test_faults_of_a_base_are_told_in_the_base(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("tissue: {monolayer: {}}\nsede: 1\nuntil: 5 um\n")
    found = told(tmp_path, "extends: base.yaml\nuntil: 1 day\nvoxel: 5 h\n", "tick=soon")
    assert [line.split(": ")[0] for line in found] == ["x.yaml:3:8", "base.yaml:2:1", "--set tick"]


def test_a_link_does_not_lead_out(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.yaml").write_text("tissue: {monolayer: {}}\n")
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (inside / "a.yaml").symlink_to(inside / "b.yaml")
    (inside / "b.yaml").symlink_to(inside / "a.yaml")
    assert "leads out of this folder" in told(inside, "extends: link.yaml\n")[0]
    assert len(told(inside, "extends: a.yaml\n")) == 1


def test_a_circle_and_a_long_chain_end(tmp_path: Path) -> None:
    for i in range(12):
        (tmp_path / f"c{i}.yaml").write_text(f"extends: c{(i + 1) % 12}.yaml\n")
    assert "more than 10 files" in faults(tmp_path / "c0.yaml")[0]
    (tmp_path / "c2.yaml").write_text("extends: c0.yaml\n")
    assert "c2.yaml:1:10: 'c0.yaml' extends itself in the end" in faults(tmp_path / "c0.yaml")[0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"seed": -1}, "seed: seed: -1 is outside"),
        ({"processes": {"nfkb": {"k_im": 5}}}, "processes.nfkb.k_im: there is no setting"),
        ({"processes": {"nfkb": {"k_in": 10**5000}}}, "processes.nfkb.k_in: k_in: 'a number' is not finite"),
        ({"seed": 10**5000}, "seed: seed: 'a number' is not finite"),
        ({"title": b"x"}, "title: it is a bytes"),
        ({"interventions": [{"knockdown": {"cells": ["b_cell"]}}]}, "interventions.0.knockdown.cells.0: there is no"),
        ({"a\nb": 1}, "a\\nb: there is no section"),
        ({5: 1}, "scenario: the key '5' is no word"),
        ({"extends": "nowhere"}, "extends: there is no shipped scenario 'nowhere'"),
        ({"extends": 5}, "extends: there is no shipped scenario '5'"),
    ],
)
def test_plain_data_is_told_by_its_path(values: dict, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Scenario.from_mapping({"tissue": {"monolayer": {}}, **values}, known=TOYS)
    assert len(caught.value.faults) == 1
    assert str(caught.value).startswith(message)


# ---- whatever stands in the file, only InputError leaves ----

WORDS = [
    *":-,[]{}#&*!|>'\"%@`?\n\t ", "\n  ", ": ", "- ", "---", "...", "<<", "~", "null", "off", "on", "true", "1e999",
    ".inf", "-5", "0x1f", "um", "1/h", "seed", "processes", "nfkb", "every", "tissue", "extends", "x.yaml",
    "\u2028", "\ufeff",
    "\x00", "\U0001f9ec", "!!str", "%YAML 1.1", "9" * 50, "[" * 30, "{a: " * 10, '"\\x', '"\\U0011ffff"',
    "10 min", "2 um",
]  # fmt: skip

EDITS = st.lists(
    st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), st.sampled_from(WORDS) | st.text(max_size=5)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300)
@given(EDITS)
@example([(0, len(GOOD), "")])
def test_a_mutated_file_is_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    read_or_refused(text.encode("utf-8", errors="surrogatepass"))


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refused(data)


def read_or_refused(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes(data)
        if not faults(path):
            scenario = load_scenario(path, known=TOYS)
            assert Scenario.from_mapping(scenario.resolved(), known=TOYS) == scenario


@settings(max_examples=100)
@given(st.lists(st.sampled_from(WORDS + ["=", "."]) | st.text(max_size=5), max_size=8).map("".join))
def test_any_option_is_read_or_refused(option: str) -> None:
    try:
        Scenario.from_mapping({"tissue": {"monolayer": {}}}, [option], known=TOYS)
    except InputError as error:
        assert len(str(error).splitlines()) == len(error.faults)
