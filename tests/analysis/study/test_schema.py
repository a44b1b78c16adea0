"""The JSON Schema of studies: the shipped one is current, shipped studies keep to it, and it refuses what is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from analysis.study.schema import study_schema
from simulation import shipped_studies
from tests.analysis.commands import ROOT, Icam
from tests.analysis.studies import STUDY

SHIPPED = ROOT / "scenarios" / "study.schema.json"


@pytest.fixture(scope="module")
def judge() -> Draft202012Validator:
    schema = study_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def read(text: str) -> object:
    return YAML(typ="safe").load(text)


def test_the_shipped_schema_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == json.loads(json.dumps(study_schema())), "make schema"
    printed = Icam(capsys)("schema", "--study")
    assert json.loads(printed.out)["title"] == "study"


@pytest.mark.parametrize("file", shipped_studies().values(), ids=list(shipped_studies()))
def test_shipped_studies_keep_to_it_and_name_it(file: Path, judge: Draft202012Validator) -> None:
    text = file.read_text(encoding="utf-8")
    assert not list(judge.iter_errors(read(text)))
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("=")[2]).resolve() == SHIPPED


def test_the_small_study_keeps_to_it(judge: Draft202012Validator) -> None:
    assert judge.is_valid(read(STUDY))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("base: base.yaml", "base: [base.yaml]"),
        ("base: base.yaml\n", ""),
        ("primary: [tumour_cells]", "primary: [tumor_cells]"),
        ("primary: [tumour_cells]", "primary: []"),
        ("replicates: 2", "replicates: 0"),
        ("doses: [0 %, 50 %, 90 %]", "dose: [0 %, 50 %, 90 %]"),
        ("fraction: dose", "fraction: doze"),
        ("knockdown: {", "knockdwn: {"),
        ("set: {processes.nfkb: off}", "set: {seed: 3}"),
        ("seed: 7", "sead: 7"),
        ("arms:", "attribution: {arms: [kiling]}\narms:"),
        ("arms:", "sensitivity: {kept: 3}\narms:"),
    ],
)
def test_what_is_no_study_is_refused(judge: Draft202012Validator, old: str, new: str) -> None:
    assert old in STUDY
    assert not judge.is_valid(read(STUDY.replace(old, new)))


def test_every_setting_is_explained(judge: Draft202012Validator) -> None:
    paths = study_schema()["$defs"]["set"]["properties"]
    assert "processes.nfkb.induction" in paths and "arms.killing" in paths and "organs.lung.fertility" in paths
    assert sum(bool(told.get("description")) for told in paths.values()) > 300
