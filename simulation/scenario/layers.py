"""What a scenario is made of: a file, the files it extends, and what was set on top; merged into one tree.

Sections merge key by key, lists and values replace. A key keeps the place where it was written last, so a fault is told
where it can be mended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import simulation
from simulation.scenario.faults import Faults, Place, printable, shown
from simulation.scenario.file import DEEPEST, Node, Scalar, Section, Series, Source, kind, read_file, read_value

SUFFIXES = (".yaml", ".yml")
LONGEST_CHAIN = 10
# Faults in options come after those in files.
OPTIONS = 1_000
# Studies are shipped beside the scenarios they compare, in this folder.
STUDIES = "comparisons"
NO_SETTING = ("it is no setting", "expected key=value", "write --set processes.nfkb.every='10 min'")
# Where a switch may stand in place of a section.
SWITCHED = (("processes",), ("organs",))


def shipped_names() -> dict[str, Path]:
    """List the scenarios that come with the model, by name without suffix, as in "assays/adhesion"."""
    return {name: path for name, path in _shipped_files().items() if not name.startswith(f"{STUDIES}/")}


def shipped_studies() -> dict[str, Path]:
    """List the studies that come with the model, by name without suffix, as in "icam1_knockdown"."""
    files = _shipped_files().items()
    return {name.removeprefix(f"{STUDIES}/"): path for name, path in files if name.startswith(f"{STUDIES}/")}


def _shipped_files() -> dict[str, Path]:
    package = Path(simulation.__file__).resolve().parent
    for folder in (package / "_scenarios", package.parent / "scenarios"):
        if folder.is_dir():
            files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
            return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}
    return {}


def shipped(name: str) -> Path:
    """Find a scenario that comes with the model, by its whole name or by its last word where only one has it.

    name      str     as in "contexts/tnbc" or "tnbc", with or without suffix
    raises    InputError with a suggestion where there is none
    """
    found = shipped_at(name)
    if found is None:
        faults = Faults()
        faults.unknown(Place("scenario"), name.removesuffix(".yaml"), spoken_names(), "shipped scenario")
        faults.raise_if_any()
    assert found is not None
    return found


def shipped_at(name: str) -> Path | None:
    """Find a scenario as `shipped` does; None where there is none."""
    known, plain = shipped_names(), name.removesuffix(".yaml")
    return known.get(plain) or known.get(spoken_names().get(plain, ""))


def spoken_names() -> dict[str, str]:
    """List the shortest word for each shipped scenario, as in "tnbc" for "contexts/tnbc"."""
    known = shipped_names()
    last = [name.rpartition("/")[2] for name in known]
    return {word if last.count(word) == 1 else name: name for word, name in zip(last, known, strict=True)}


def layers_of_file(path: Path, faults: Faults) -> Section | None:
    """Read a file and all it extends, merged; None where one of them cannot be read."""
    chain: list[Section] = []
    seen: list[Path] = []
    here: Path | None = path
    while here is not None:
        section = read_file(here, faults, rank=len(chain))
        if section is None:
            return None
        seen.append(here.resolve())
        chain.append(section)
        extends = section.entries.pop("extends", None)
        here = _base(extends, seen, faults) if extends is not None else None
        if extends is not None and here is None:
            return None
    return merged(chain)


def merged(chain: Sequence[Section]) -> Section:
    """Merge sections, the first on top."""
    result = with_plain_starts(chain[-1])
    for section in reversed(chain[:-1]):
        result = _over(result, with_plain_starts(section), ())
    return result


def with_options(tree: Section, options: Sequence[str], faults: Faults) -> Section:
    """Lay options such as "processes.nfkb.k_in=5 1/h" over a tree."""
    for number, option in enumerate(options):
        path, equals, text = option.partition("=")
        source = Source(f"--set {printable(path.strip()[:200])}", OPTIONS + number, lines=False)
        place = source.at(1, 1)
        if not equals:
            faults.add(place, *NO_SETTING)
            continue
        value = read_value(text.encode("utf-8", errors="replace"), source, faults)
        if value is not None:
            tree = with_setting(tree, path, value, place, faults)
    return tree


def with_setting(tree: Section, path: str, value: Node, place: Place, faults: Faults) -> Section:
    """Lay one value over a tree.

    path     str      as in "processes.nfkb.k_in"; a number picks an item of a list
    place    Place    where the path is written
    """
    words = [word.strip() for word in path.split(".")]
    if not all(words) or len(words) > DEEPEST:
        faults.add(place, *NO_SETTING)
        return tree
    if words == ["extends"]:
        faults.add(place, "extends cannot be set", "expected a setting", "write it into a scenario file")
        return tree
    layer = _nested(words, value, place, tree, faults)
    return _over(tree, with_plain_starts(layer), ()) if layer is not None else tree


def with_more_interventions(tree: Section, more: Sequence[Node], place: Place) -> Section:
    """Add interventions behind those of a tree."""
    has = tree.entries.get("interventions")
    if not more or not (has is None or isinstance(has, Series) or (isinstance(has, Scalar) and has.value is None)):
        return tree  # what is no list is told when the tree is read
    items = (*has.items, *more) if isinstance(has, Series) else tuple(more)
    entries, keys = {**tree.entries, "interventions": Series(place, items)}, {**tree.keys, "interventions": place}
    return replace(tree, entries=entries, keys=keys)


def tree_of(value: object, path: str, faults: Faults, depth: int = 0) -> Node:
    """Turn plain Python data into a tree whose places are paths, as in "processes.nfkb.k_in"."""
    place = Place(printable(path) or "scenario")
    if hasattr(value, "item") and not isinstance(value, Mapping) and not getattr(value, "shape", ()):
        value = value.item()  # a numpy scalar
    if value is None or isinstance(value, bool | int | float | str):
        return Scalar(place, value, _text(value))
    if depth <= DEEPEST and isinstance(value, Mapping):
        section = Section(place)
        for key, item in value.items():
            inner = f"{path}.{key}" if path else str(key)
            if isinstance(key, str):
                section.keys[key] = Place(printable(inner))
                section.entries[key] = tree_of(item, inner, faults, depth + 1)
            else:
                faults.add(place, f"the key {shown(repr(key))} is no word", "expected a word", "write it as a string")
        return section
    if depth <= DEEPEST and isinstance(value, list | tuple):
        return Series(place, tuple(tree_of(item, f"{path}.{i}", faults, depth + 1) for i, item in enumerate(value)))
    what = f"it is a {type(value).__name__}" if depth <= DEEPEST else f"it is nested deeper than {DEEPEST}"
    faults.add(place, what, "expected text, numbers, lists and mappings", "convert it first")
    return Scalar(place, None, "")


def _text(value: None | bool | int | float | str) -> str:
    """Write a value as it would stand in a file."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return str(value) if isinstance(value, str | float) or abs(value) < 10**30 else "a number beyond all bounds"


def laid_over(tree: Section, top: Section) -> Section:
    """Lay one tree over another, both with starting values as `with_plain_starts` writes them."""
    return _over(tree, top, ())


def with_plain_starts(tree: Section) -> Section:
    """Write every starting value of a cell type as a section, so that value and spread merge apart."""
    cells = tree.entries.get("cells")
    if not isinstance(cells, Section):
        return tree
    types: dict[str, Node] = {}
    for name, columns in cells.entries.items():
        types[name] = columns
        if isinstance(columns, Section):
            starts: dict[str, Node] = dict(columns.entries)
            for key, node in columns.entries.items():
                if isinstance(node, Scalar):
                    starts[key] = Section(node.place, {"value": node}, {"value": columns.keys[key]})
            types[name] = replace(columns, entries=starts)
    return replace(tree, entries={**tree.entries, "cells": replace(cells, entries=types)})


def _over(base: Node, top: Node, path: tuple[str, ...]) -> Section:
    """Lay one section over another."""
    assert isinstance(base, Section) and isinstance(top, Section)
    result = Section(top.place, dict(base.entries), dict(base.keys))
    for key, node in top.entries.items():
        below = result.entries.get(key)
        result.keys[key] = top.keys[key]
        if isinstance(below, Section) and isinstance(node, Section) and not _another_tissue(path, key, below, node):
            result.entries[key] = _over(below, node, (*path, key))
        elif not (isinstance(below, Section) and path in SWITCHED and isinstance(node, Scalar) and _is_on(node)):
            # What is only switched on again keeps the settings it had.
            result.entries[key] = node
    return result


def _is_on(node: Scalar) -> bool:
    return node.text.lower() in ("on", "true")


def _another_tissue(path: tuple[str, ...], key: str, below: Section, node: Section) -> bool:
    """A scenario has one tissue: naming another replaces it whole."""
    return not path and key == "tissue" and not set(below.entries) & set(node.entries)


def _nested(words: Sequence[str], value: Node, place: Place, tree: Section, faults: Faults) -> Section | None:
    """Wrap a value into the sections of its path; a number in the path picks an item of a list in `tree`."""
    at: Node | None = tree
    for depth, word in enumerate(words):
        if isinstance(at, Series):
            if not word.isdecimal() or int(word[:9]) >= len(at.items):
                what = f"there is no item {shown(word)} in {'.'.join(words[:depth])}"
                faults.add(place, what, f"expected 0 ... {len(at.items) - 1}", "count items from 0")
                return None
            item, rest = int(word), words[depth + 1 :]
            inner = _nested(rest, value, place, _section(at.items[item]), faults) if rest else value
            if inner is None:
                return None
            if rest:
                inner = _over(_section(at.items[item]), inner, ("", ""))
            value = Series(place, (*at.items[:item], inner, *at.items[item + 1 :]))
            words = words[:depth]
            break
        at = at.entries.get(word) if isinstance(at, Section) else None
    for word in reversed(words):
        value = Section(place, {word: value}, {word: place})
    assert isinstance(value, Section)
    return value


def _section(node: Node) -> Section:
    return node if isinstance(node, Section) else Section(node.place)


def _base(extends: Node, seen: Sequence[Path], faults: Faults) -> Path | None:
    """Find the file that is extended, inside the folder of the file that extends it or among those shipped."""
    place, this = extends.place, seen[-1]
    if not isinstance(extends, Scalar) or not isinstance(extends.value, str):
        faults.add(place, f"extends is {kind(extends)}", "expected the name of a file", "write extends: other.yaml")
        return None
    name = PurePosixPath(extends.value)
    target = this.parent / name
    try:
        inside = target.resolve().is_relative_to(this.parent) and not name.is_absolute() and ".." not in name.parts
        found = target.resolve() if inside and target.is_file() else shipped_at(str(name.with_suffix("")))
        beside = sorted(p.name for p in this.parent.glob("*.y*ml"))
    except (OSError, ValueError, RuntimeError):
        inside, found, beside = False, None, []
    if not inside or name.suffix not in SUFFIXES or "\\" in extends.value:
        what = f"extends: {shown(extends.value)} leads out of this folder or is no .yaml file"
        faults.add(place, what, "expected a .yaml file beside this one or shipped", "copy it beside this file")
    elif found is None:
        faults.unknown(place, extends.value, [*beside, *(f"{n}.yaml" for n in shipped_names())], "file")
    elif found.resolve() in seen:
        what = f"{shown(extends.value)} extends itself in the end"
        faults.add(place, what, "expected no circle", "remove one extends")
    elif len(seen) >= LONGEST_CHAIN:
        what = f"more than {LONGEST_CHAIN} files extend each other"
        faults.add(place, what, "expected fewer", "merge some of them")
    else:
        return found
    return None
