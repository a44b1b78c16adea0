"""What is wrong with a scenario: collected, told all at once, each in one line with its place and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from simulation.engine.errors import InputError

# Looking for a similar word takes time; a file with more misspelt words than this is another kind of file.
MOST_SUGGESTIONS = 200
LONGEST_LIST = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands.

    where    str                as in "a.yaml:3:7", "--set until" or "processes.nfkb"
    order    (int, int, int)    file, line, column, for listing faults
    """

    where: str
    order: tuple[int, int, int] = (0, 0, 0)


class Faults:
    """Collects everything that is wrong, to be told at once."""

    def __init__(self) -> None:
        self.found: list[tuple[tuple[int, int, int], InputError]] = []
        self.asked = 0

    def add(self, place: Place, what: str, expected: str, remedy: str) -> None:
        """Note one fault; its text becomes exactly one line."""
        parts = (" ".join(part.split()) for part in (what, expected, remedy))
        what, expected, remedy = parts
        self.found.append((place.order, InputError(what, where=place.where, expected=expected, remedy=remedy)))

    def take_over(self, others: Faults) -> None:
        """Note the faults of others that are not noted yet."""
        noted = {str(fault) for _, fault in self.found}
        self.found += [entry for entry in others.found if str(entry[1]) not in noted]

    def raise_if_any(self) -> None:
        """Raise one InputError with all faults, in the order of their places; do nothing where there is none."""
        if self.found:
            raise InputError(faults=[fault for _, fault in sorted(self.found, key=lambda entry: entry[0])])

    def similar(self, word: str, known: Iterable[str]) -> str:
        """Return the known word that was probably meant, or nothing."""
        self.asked += 1
        if self.asked > MOST_SUGGESTIONS or len(word) > 60:
            return ""
        plain = word.strip().lower().replace("-", "_").replace(" ", "_")
        found = difflib.get_close_matches(plain, list(known), n=1, cutoff=0.6)
        return found[0] if found else ""

    def unknown(self, place: Place, word: str, known: Iterable[str], noun: str, elsewhere: str = "") -> None:
        """Note a word that is none of those known, with the one that was probably meant.

        noun         str    what it should name, as in "process"
        elsewhere    str    where this very word is at home, if anywhere
        """
        names = sorted(known)
        meant = "" if elsewhere else self.similar(word, names)
        listed = "one of " + ", ".join(names) if 0 < len(names) <= LONGEST_LIST else f"one of {len(names)} names"
        remedy = elsewhere or (f"did you mean {meant!r}?" if meant else "remove it or correct its name")
        self.add(place, f"there is no {noun} {shown(word)}", f"expected {listed}", remedy)


def shown(text: str) -> str:
    """Quote a word of the user's for a message: one line, never long."""
    return repr(text) if len(text) <= 40 else repr(text[:37] + "...")


def printable(path: Path | str) -> str:
    """Write a file's name so that it stays on one line."""
    return str(path) if str(path).isprintable() else repr(str(path))[1:-1]


def explained(problem: str) -> tuple[str, str, str]:
    """Turn the reader's own words into what is wrong, what was expected and what to do."""
    if "\\t" in problem:
        return "a tab cannot indent", "expected spaces", "replace the tab by spaces"
    if "could not find expected ':'" in problem:
        return "a key without its colon", "expected `key: value`", "add the colon, and a space behind it"
    if "mapping values are not allowed here" in problem:
        return "a colon where no key can be", "expected `key: value`", "check the indentation and the line above"
    if "expected <block end>" in problem:
        return "the indentation does not fit the lines above", "expected the same depth as before", "align it"
    if "quoted scalar" in problem or "end of stream" in problem or "<stream end>" in problem:
        return "something is still open at the end", "expected its end", "close the quote or bracket"
    if "cannot start any token" in problem:
        return f"YAML: {problem}", "expected a key or a value", "put the text in quotes"
    return f"YAML: {problem}", "expected `key: value` lines", "check indentation, brackets and quotes near here"
