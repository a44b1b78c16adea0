"""The shape of a study as JSON Schema (draft 2020-12), so that an editor completes and explains every word.

It says what can be said without context; `load_study` also reads the scenarios of all arms, with every fault of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.endpoint import endpoints
from analysis.study.attribution import MOST_PLAYERS, ORDERS
from analysis.study.expansion import DOSE
from analysis.study.reading import ARM_KEYS, HEADER, KEYS
from analysis.study.sensitivity import KEYS as SWEEP_KEYS
from analysis.study.sensitivity import SIZES
from simulation import Parameter, catalogues, scenario_schema, shipped_names

Schema = dict[str, Any]

ARM = {"type": "string", "description": "name of an arm of this study"}
#: sections of a scenario whose settings are named by path
BY_PATH = ("tissue", "cells", "substances", "organs", "processes")


def study_schema() -> Schema:
    """Return the schema of all studies, in the vocabulary that is installed; ready for `json.dumps`."""
    known, whole = catalogues(), scenario_schema()["properties"]
    asked = endpoints(known.organs)
    one_of = {"enum": list(asked)}
    top: Schema = {name: _number(p) for name, p in HEADER.items()}
    top["base"] = _scenario("scenario the arms build on")
    top["control"] = {**ARM, "description": "arm the others are compared with", "default": "control"}
    for key, told in (("primary", "endpoints declared in advance"), ("secondary", "endpoints that help to understand")):
        top[key] = {"type": "array", "items": one_of, "uniqueItems": True, "description": told}
    top["primary"]["minItems"] = 1
    top["set"] = {"$ref": "#/$defs/set", "description": "settings of all arms, as in processes.nfkb.every: 20 min"}
    top["arms"] = {
        "type": "object", "minProperties": 1, "description": "the worlds that are compared, by name",
        "additionalProperties": {"$ref": "#/$defs/arm"},
    }  # fmt: skip
    top["attribution"] = _attribution(list(known.arms))
    top["sensitivity"] = _sensitivity(one_of)
    assert set(top) == set(KEYS)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "study", **_section("one study", top)}
    defs = {"arm": _arm(whole), "set": _settings(whole)}
    return {**schema, "required": ["base", "primary", "arms"], "$defs": defs}


def _arm(whole: Mapping[str, Any]) -> Schema:
    dose: Schema = {"type": ["number", "string"]}
    values = {"type": "array", "minItems": 1, "items": {"type": ["number", "string", "boolean"]}}
    interventions = whole["interventions"]["items"]["anyOf"]
    own: Schema = {
        "label": {"type": "string", "description": "what it is called in tables and figures"},
        "against": {**ARM, "description": "arm it is compared with, instead of the study's control"},
        "scenario": _scenario("another base for this arm"),
        "set": {"$ref": "#/$defs/set", "description": "settings of this arm"},
        "interventions": {
            "type": "array", "description": "added behind those of the base",
            "items": {"anyOf": [_dosed(i) for i in interventions]},
        },
        "doses": {"type": "array", "minItems": 1, "items": dose,
                  "description": f"one arm for each, in place of the word {DOSE}"},
        "grid": {"type": "object", "description": "settings with lists of values: an arm for every combination",
                 "additionalProperties": values},
    }  # fmt: skip
    assert set(own) == set(ARM_KEYS)
    return _section("one arm, or a series of them", own) | {"type": ["object", "null"]}


def _attribution(arms: list[str]) -> Schema:
    names = {"type": "array", "minItems": 1, "maxItems": MOST_PLAYERS, "items": {"enum": arms}, "uniqueItems": True}
    written = {"type": "object", "minProperties": 1, "maxProperties": MOST_PLAYERS,
               "additionalProperties": {"$ref": "#/$defs/set"}}  # fmt: skip
    told = "arms of the mechanism that are switched off: names, or a section with the settings that switch each off"
    own = {
        "control": ARM, "treated": ARM, "arms": {"description": told, "anyOf": [names, written]},
        "orders": _number(ORDERS),
    }  # fmt: skip
    return _section("divides the effect of one arm among arms of the mechanism", own) | {"required": ["arms"]}


def _sensitivity(endpoint: Schema) -> Schema:
    ends = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["number", "string"]}}
    own = {
        "control": ARM, "treated": ARM,
        "endpoints": {"type": "array", "items": endpoint, "description": "instead of the primary ones"},
        "parameters": {"type": "array", "items": {"type": "string"},
                       "description": "what is varied, as in processes.killing.*; by default all that is assumed"},
        "ranges": {"type": "object", "additionalProperties": ends,
                   "description": "path: [low, high], instead of a factor of two within bounds"},
        **{name: _number(p) for name, p in SIZES.items()},
    }  # fmt: skip
    assert set(own) == set(SWEEP_KEYS)
    return _section("what `icam sensitivity` varies", own)


def _settings(whole: Mapping[str, Any]) -> Schema:
    """Describe settings by path; what may stand there is said by the scenario that comes of it."""
    paths: Schema = {}
    for section in BY_PATH:
        for name, owner in whole[section]["properties"].items():
            for setting, told in _properties(owner).items():
                text = told.get("description", "")
                paths[f"{section}.{name}.{setting}"] = {"description": text} if text else {}
    for name in whole["arms"]["properties"] if "arms" in whole else ():
        paths[f"arms.{name}"] = {"enum": ["on", "off", True, False]}
    return {"type": "object", "properties": paths, "propertyNames": {"not": {"enum": ["seed", "extends"]}}}


def _properties(owner: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find the settings of a section, also where a switch may stand in its place."""
    for one in (owner, *owner.get("anyOf", ())):
        if "properties" in one:
            found: Mapping[str, Any] = one["properties"]
            return found
    return {}


def _dosed(schema: Mapping[str, Any]) -> Schema:
    """Allow the word for the dose wherever an intervention has a number."""
    if "properties" not in schema:
        return dict(schema)
    properties = {}
    for name, own in schema["properties"].items():
        if "properties" in own:
            properties[name] = _dosed(own)
        else:
            told = {key: own[key] for key in ("description", "default") if key in own}
            bare = {key: value for key, value in own.items() if key not in told}
            properties[name] = {**told, "anyOf": [{"const": DOSE}, bare]}
    return {**schema, "properties": properties}


def _scenario(told: str) -> Schema:
    names = {"enum": list(shipped_names())}
    return {"description": told, "anyOf": [names, {"type": "string", "pattern": r"\.ya?ml$"}]}


def _number(p: Parameter) -> Schema:
    if isinstance(p.default, str):
        return {"type": "string", "description": p.meaning, "default": p.default}
    low, high = p.bounds
    return {"type": "integer", "minimum": low, "maximum": high, "description": p.meaning, "default": p.default}


def _section(told: str, properties: Schema) -> Schema:
    return {"type": "object", "description": told, "properties": properties, "additionalProperties": False}
