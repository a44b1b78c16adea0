"""A scenario's text as a tree in which every key and every value knows its line and column.

Nothing is constructed on the way: bytes -> UTF-8 -> YAML events -> tree. Tags, anchors, aliases, merge keys,
directives, second documents and duplicate keys are refused, so a file can say nothing but words, numbers, lists and
sections.
Words are read by the core rules of YAML 1.2: `1e-3` is a number, `no` and `012:30` are words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from simulation.scenario.faults import Faults, Place, explained, printable, shown

MOST_BYTES = 256 * 1024
MOST_VALUES = 8_000
DEEPEST = 20

# What YAML itself does not allow in a text.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Says how to read the rest: version and tag prefixes.
DIRECTIVE = re.compile(r"(?:[ \t]*(?:#.*)?\n)*%")
WHOLE = re.compile(r"[-+]?[0-9]{1,30}|0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
SPECIAL: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
SPECIAL |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value.

    value    None|bool|int|float|str    by the rules of YAML 1.2
    text     str                        as written
    """

    place: Place
    value: None | bool | int | float | str
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Values by key; `keys` has the place of each key itself."""

    place: Place
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node = Scalar | Series | Section


@dataclass(frozen=True)
class Source:
    """One text that is read.

    name      str     of the file; or of the option or argument, where there are no lines to speak of
    rank      int     order of its faults among those of other texts
    lines     bool    whether line and column mean something to the reader
    """

    name: str
    rank: int = 0
    lines: bool = True

    def at(self, line: int, column: int) -> Place:
        """Return a place; line and column begin at 1."""
        return Place(f"{self.name}:{line}:{column}" if self.lines else self.name, (self.rank, line, column))


class UnreadableError(Exception):
    """The text ends here: the fault that ended it has been noted."""


def read_file(path: Path, faults: Faults, rank: int = 0, noun: str = "scenario") -> Section | None:
    """Read a file as a tree, or note why not and return None; `noun` says what kind of file is expected."""
    source = Source(printable(path), rank)
    start = source.at(1, 1)
    try:
        if path.is_dir():
            faults.add(start, "this is a folder", f"expected a {noun} file", "name a file in it, such as x.yaml")
            return None
        if not path.exists():
            faults.add(start, "there is no such file", f"expected a {noun} file", "check its name and folder")
            return None
        if not path.is_file():
            faults.add(start, "this is no ordinary file", f"expected a {noun} file", "copy it to a file first")
            return None
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        faults.add(start, f"it cannot be read ({why})", "expected a readable file", "check its name and permissions")
        return None
    return read_text(data, source, faults)


def read_text(data: bytes, source: Source, faults: Faults) -> Section | None:
    """Read a whole scenario from bytes; None where the text cannot be read to its end."""
    node = read_value(data, source, faults)
    if node is None or isinstance(node, Section):
        return node
    if isinstance(node, Scalar) and node.value is None:
        faults.add(source.at(1, 1), "it is empty", "expected sections such as tissue:", "begin from a shipped scenario")
    else:
        faults.add(node.place, f"it is {kind(node)}", "expected sections such as tissue:", "write `key: value` lines")
    return None


def read_value(data: bytes, source: Source, faults: Faults) -> Node | None:
    """Read any value from bytes; a text without content is a Scalar of None."""
    if len(data) > MOST_BYTES:
        place, limit = source.at(1, 1), MOST_BYTES // 1024
        faults.add(place, f"it is larger than {limit} kB", "expected a scenario", "is this the right file?")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        _refuse_binary(before, f"byte 0x{data[error.start]:02x}", source, faults)
        return None
    odd = UNPRINTABLE.search(text)
    if odd:
        _refuse_binary(text[: odd.start()], f"character {odd.group()!a}", source, faults)
        return None
    directive = DIRECTIVE.match(text)
    if directive:
        place = source.at(directive.group().count("\n") + 1, 1)
        faults.add(place, "it begins with a % directive", "expected plain YAML 1.2", "remove the directive")
        return None
    try:
        return _Composer(text, source, faults).document()
    except UnreadableError:
        return None


def kind(node: Node) -> str:
    """Name a node's kind for a message."""
    if isinstance(node, Section):
        return "a section"
    if isinstance(node, Series):
        return "a list"
    if node.value is None:
        return "nothing"
    return "a word" if isinstance(node.value, str) else "a switch" if isinstance(node.value, bool) else "a number"


def scalar_value(text: str) -> None | bool | int | float | str:
    """Read an unquoted word by the core rules of YAML 1.2."""
    if text in SPECIAL:
        return SPECIAL[text]
    if WHOLE.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if DECIMAL.fullmatch(text):
        return float(text)
    infinite = INFINITE.fullmatch(text)
    if infinite:
        return -math.inf if infinite[1] == "-" else math.inf
    return math.nan if text in (".nan", ".NaN", ".NAN") else text


def _refuse_binary(before: str, what: str, source: Source, faults: Faults) -> None:
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    faults.add(source.at(line, column), f"{what} is not text", "expected UTF-8", "is this a scenario? save it as UTF-8")


class _Composer:
    """Builds the tree from events, one look ahead."""

    def __init__(self, text: str, source: Source, faults: Faults) -> None:
        self.source, self.faults, self.values = source, faults, 0
        self.events = self._read(text)

    def _read(self, text: str) -> Iterator[Any]:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        last = self.source.at(1, 1)
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                last = self._place(event.start_mark)
                yield event
        except YAMLError as error:
            problem = getattr(error, "problem", None) or getattr(error, "context", None) or "cannot be understood"
            marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
            # A key without colon is noticed only behind it; the context is the key itself.
            mark = marks[1] if "expected ':'" in problem and marks[1] else marks[0] or marks[1]
            self._stop(last if mark is None else self._place(mark), *explained(str(problem)))
        except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, AssertionError, RecursionError):
            self._stop(last, *explained("cannot be understood"))

    def _place(self, mark: Any) -> Place:
        return self.source.at(mark.line + 1, mark.column + 1)

    def _stop(self, place: Place, what: str, expected: str, remedy: str) -> None:
        self.faults.add(place, what, expected, remedy)
        raise UnreadableError

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                if root is not None:
                    place = self._place(event.start_mark)
                    self._stop(place, "a second document begins here", "expected one scenario per file", "split it")
            elif name not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                root = self.node(event, 0)
        return root if root is not None else Scalar(self.source.at(1, 1), None, "")

    def node(self, event: Any, depth: int) -> Node:
        place, name = self._place(event.start_mark), type(event).__name__
        self.values += 1
        if depth > DEEPEST:
            self._stop(place, f"it is nested deeper than {DEEPEST}", "expected a scenario", "is this the right file?")
        if self.values > MOST_VALUES:
            self._stop(place, f"it has over {MOST_VALUES} values", "expected a scenario", "is this the right file?")
        if name == "AliasEvent":
            what = f"alias *{event.anchor} is not allowed"
            self.faults.add(place, what, "expected a value", "write the value itself")
            return Scalar(place, None, "")
        if event.anchor is not None:
            self.faults.add(place, f"anchor &{event.anchor} is not allowed", "expected a value", "remove the anchor")
        if event.tag is not None:
            tag = shown(str(event.tag).replace("tag:yaml.org,2002:", "!!"))
            self.faults.add(place, f"tag {tag} is not allowed", "expected a value", "remove the tag")
        if name == "ScalarEvent":
            plain = event.style in (None, "")
            return Scalar(place, scalar_value(event.value) if plain else event.value, event.value)
        if name == "SequenceStartEvent":
            items = []
            while type(event := next(self.events)).__name__ != "SequenceEndEvent":
                items.append(self.node(event, depth + 1))
            return Series(place, tuple(items))
        return self.section(place, depth)

    def section(self, place: Place, depth: int) -> Section:
        found = Section(place)
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if isinstance(value, Scalar) and value.value is None and not value.text:
                # What is not there has no place of its own.
                value = replace(value, place=key.place)
            if not isinstance(key, Scalar) or not key.text:
                what = f"a key is {kind(key)}"
                self.faults.add(key.place, what, "expected a word as key", "write `key: value`")
            elif key.text == "<<":
                self.faults.add(key.place, "<< is not allowed", "expected a key", "use `extends:` to build on a file")
            elif key.text in found.entries:
                first = found.keys[key.text].where
                what = f"{shown(key.text)} is given twice"
                self.faults.add(key.place, what, "expected each key once", f"remove it here or at {first}")
            else:
                found.entries[key.text], found.keys[key.text] = value, key.place
        return found
