"""Contexts: every path is a parameter, every value may be set, and the HCC column is the model's defaults."""

from __future__ import annotations

import pytest

from simulation import CONTEXTS, load_scenario
from simulation.build import build
from simulation.scenario.catalogues import catalogues
from simulation.scenario.counterfactual import value_at
from simulation.vocabulary.cancers import LABELS, TABLE, USUAL
from tests.busy import TINY

KNOWN = catalogues()


def test_the_six_contexts_have_the_same_parameters_each_with_a_source():
    assert list(CONTEXTS) == ["hcc", "tnbc", "luminal_b", "colorectal", "lung", "melanoma"] == list(LABELS)
    paths = [path for path, _, _ in TABLE]
    assert len(set(paths)) == len(paths)
    for context in CONTEXTS.values():
        assert list(context.values) == paths
        assert all(context.sources[path].startswith("assumed") for path in paths)
    assert all(len(values) == len(LABELS) for _, values, _ in TABLE)


@pytest.mark.parametrize("name", CONTEXTS)
def test_every_value_may_be_set(name):
    for path, value in CONTEXTS[name].values.items():
        parameter = KNOWN.at(path)
        assert parameter is not None and not parameter.fault(value), path


def test_hcc_is_the_models_own_defaults():
    usual = load_scenario("hcc_baseline")
    for path, value in KNOWN.contexts[USUAL].values.items():
        assert value_at(usual, path) == value, path
    assert KNOWN.contexts[USUAL].values


def test_hcc_changes_no_bit():
    plain, hcc = load_scenario("quick_look", TINY), load_scenario("quick_look", [*TINY, "context=hcc"])
    assert hcc == plain and hcc.identity() == plain.identity()
    assert build(hcc)[0].digest() == build(plain)[0].digest()


@pytest.mark.parametrize("name", [n for n in CONTEXTS if n != USUAL])
def test_a_context_sets_its_values_and_no_others(name):
    usual, other = load_scenario("hcc_baseline"), load_scenario("hcc_baseline", [f"context={name}"])
    assert other.context == other.resolved()["context"] == name
    told, changed = usual.resolved(), other.resolved()
    for path, value in KNOWN.contexts[name].values.items():
        assert value_at(other, path) == value, path
        section, owner, last = path.split(".")
        told[section][owner].pop(last, None)
        changed[section][owner].pop(last, None)
    assert told.pop("context") == USUAL and changed.pop("context") == name
    # that melanoma has no EGFR gain, or shows no ICAM-1, is no arm that is off
    assert told == changed


def test_resting_copies_are_those_of_the_table():
    """Translation times mRNA at rest over loss, as the expression process has it."""
    for context, copies in zip(CONTEXTS.values(), (1e5, 8e5, 3e5, 3e4, 1e5, 0.0), strict=True):
        loss = context.values["processes.icam1_expression.shedding"]
        loss += context.values["processes.icam1_expression.degradation"]
        at_rest = context.values["cells.tumour_cell.icam1_translation"] * (0.04 / 0.5) / loss
        assert at_rest == pytest.approx(copies, rel=1e-12), context.name


def test_tumours_of_a_context_begin_with_its_copies():
    def copies(context: str) -> float:
        world, _ = build(load_scenario("quick_look", [*TINY, f"context={context}", "tissue.liver_nodule.stem_boost=1"]))
        cells = world.sites[0].cells
        code = next(t.code for t in world.types if t.name == "tumour_cell")
        return float(cells["icam1"][cells["cell_type"] == code].mean())

    assert copies("tnbc") == pytest.approx(8.0 * copies("hcc"), rel=1e-9)
    assert copies("melanoma") == 0.0
