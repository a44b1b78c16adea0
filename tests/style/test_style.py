"""Laws of style that a formatter cannot know: what may not stand in the source, each with file:line."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]

# Different results on different processors, libraries or array layouts; engine/arithmetic.py has portable ones.
TRANSCENDENTAL = frozenset(
    "exp exp2 expm1 log log2 log10 log1p logaddexp logaddexp2 pow power float_power sin cos tan asin acos atan atan2 "
    "arcsin arccos arctan arctan2 sinh cosh tanh asinh acosh atanh arcsinh arccosh arctanh hypot cbrt sinc erf erfc "
    "gamma lgamma".split()
)
UNSEEDED = frozenset("random secrets".split())
# Readers that run what they read.
RUNS_WHAT_IT_READS = frozenset("pickle marshal shelve dill cloudpickle joblib".split())
FORBIDDEN_CALLS = frozenset("hash eval exec compile __import__ globals print".split())
# When and where a run was made is for its folder to say; nothing else may look at a clock.
CLOCKS = frozenset("time datetime uuid".split())
MAY_READ_CLOCKS = frozenset({"simulation/runs/__init__.py", "simulation/runs/provenance.py"})
VAGUE_NAMES = frozenset("util utils helper helpers common misc manager managers stuff".split())

Finding = tuple[int, str]
Rule = Callable[[PurePosixPath, ast.Module, str], Iterator[Finding]]


@dataclass(frozen=True)
class Source:
    """One source file, parsed once."""

    path: PurePosixPath
    text: str
    tree: ast.Module


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Read every Python file in these folders, with its path seen from the repository's root."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    texts = [(PurePosixPath(path.relative_to(ROOT).as_posix()), path.read_text(encoding="utf-8")) for path in paths]
    return tuple(Source(path, text, ast.parse(text)) for path, text in texts)


def findings(rule: Rule, *folders: str) -> list[str]:
    """List every breach of one rule as file:line: what."""
    return [f"{s.path}:{line}: {what}" for s in sources(*folders) for line, what in rule(s.path, s.tree, s.text)]


def dotted(node: ast.AST) -> str:
    """Spell a name as written, `np.random.rand`; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """List what is imported as full dotted names, `math.exp` for `from math import exp`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


# ---- the rules ----


def no_fastmath(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Compiled with freedom to reorder, sums differ from one processor to the next."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "fastmath":
            off = isinstance(node.value, ast.Constant) and node.value.value is False
            if not off:
                yield node.value.lineno, "fastmath changes the bits from one processor to the next"


def no_foreign_chance(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Chance comes from engine/chance.py, so that it depends on seed, process, tick, lineage and draw alone."""
    for line, name in imports(tree):
        if name.split(".")[0] in UNSEEDED or name.startswith("numpy.random"):
            yield line, f"imports {name}: draw from engine/chance.py"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in {"np.random", "numpy.random", "os.urandom"}:
            yield node.lineno, f"uses {dotted(node)}: draw from engine/chance.py"


def no_clock(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """A trajectory that looks at the wall clock cannot be repeated."""
    if str(path) in MAY_READ_CLOCKS:
        return
    for line, name in imports(tree):
        if name.split(".")[0] in CLOCKS:
            yield line, f"imports {name}: only a run's folder says when it was made"


def no_foreign_arithmetic(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Library transcendentals differ between processors and between contiguous and strided arrays."""
    if str(path) == "simulation/engine/arithmetic.py":
        return
    for line, name in imports(tree):
        owner, _, last = name.rpartition(".")
        if (owner in {"math", "numpy"} and last in TRANSCENDENTAL) or name.split(".")[0] == "cmath":
            yield line, f"imports {name}: use engine/arithmetic.py"
        if name.startswith("scipy.special"):
            yield line, f"imports {name}: not the same bits everywhere"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner, _, last = dotted(node).rpartition(".")
            if owner in {"math", "np", "numpy"} and last in TRANSCENDENTAL:
                yield node.lineno, f"uses {owner}.{last}: use engine/arithmetic.py"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not _whole_power(node):
            yield node.lineno, f"raises to a power that is no whole literal, `{ast.unparse(node)}`: that is libm's pow"
        if isinstance(node, ast.Call) and dotted(node.func) == "pow":
            yield node.lineno, "calls pow: use engine/arithmetic.py"


def _whole_power(node: ast.BinOp) -> bool:
    """True for x**2 and x**-3 (multiplications) and for 2**k (integers)."""
    exponent = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
    whole = [isinstance(part, ast.Constant) and type(part.value) is int for part in (exponent, node.left)]
    return any(whole)


def no_blind_trust(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Nothing here may run what it reads, hide what went wrong, or talk to the terminal."""
    for line, name in imports(tree):
        if name.split(".")[0] in RUNS_WHAT_IT_READS:
            yield line, f"imports {name}: a file that runs code when read"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            yield node.lineno, f"calls {node.func.id}()"
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "bare except"
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            off = isinstance(node.value, ast.Constant) and node.value.value is False
            if not off:
                yield node.value.lineno, "allow_pickle: a file that runs code when read"


def no_unordered_loop(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """A set of words has another order in every process: sort it before walking it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.For | ast.comprehension):
            continue
        walked = node.iter
        call = isinstance(walked, ast.Call) and dotted(walked.func) in {"set", "frozenset"}
        if call or isinstance(walked, ast.Set | ast.SetComp):
            yield walked.lineno, "walks a set, whose order changes from run to run: wrap it in sorted()"


def says_what_it_is(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """Every module, public class and public function begins with a docstring."""
    if not ast.get_docstring(tree):
        yield 1, "module without docstring"
    for node in tree.body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            yield node.lineno, f"{node.name} without docstring"


def no_promises(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """What is not done is said in the documentation of limits, not in a note to oneself."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b", line):
            yield number, line.strip()


def says_its_concept(path: PurePosixPath, tree: ast.Module, text: str) -> Iterator[Finding]:
    """A file is a concept and its name is the concept's name."""
    for part in (*path.parts[:-1], path.stem):
        vague = VAGUE_NAMES & set(part.lower().split("_"))
        if vague:
            yield 1, f"{part!r} says nothing: name the concept"


MODEL_RULES: tuple[Rule, ...] = (
    no_fastmath,
    no_foreign_chance,
    no_clock,
    no_foreign_arithmetic,
    no_blind_trust,
    no_unordered_loop,
    says_what_it_is,
)
PROJECT_RULES: tuple[Rule, ...] = (no_promises, says_its_concept)


@pytest.mark.parametrize("rule", MODEL_RULES, ids=lambda rule: rule.__name__)
def test_model(rule: Rule) -> None:
    """The model keeps every law."""
    assert sources("simulation"), "no source found: this test looks in the wrong place"
    found = findings(rule, "simulation")
    assert not found, "\n".join(["", rule.__doc__ or "", *found])


@pytest.mark.parametrize("rule", PROJECT_RULES, ids=lambda rule: rule.__name__)
def test_project(rule: Rule) -> None:
    """So does everything around it."""
    found = findings(rule, "simulation", "analysis", "benchmarks", "tests")
    assert not found, "\n".join(["", rule.__doc__ or "", *found])


# ---- the rules themselves: each finds what it is for, on the right line, and nothing in clean code ----

CLEAN = '''"""A module."""

import math

import numpy as np

from simulation.engine.arithmetic import exp


def decay(rate, hours):
    """Shrink."""
    order = sorted({"b", "a"})
    return [exp(-rate * hours) * math.sqrt(2.0) * rate**2 * 2**hours * np.abs(rate) ** -1 for _ in order]
'''

BREACHES = [
    (no_fastmath, "@njit(fastmath=True)\ndef f(): ...", 1),
    (no_fastmath, "x = 1\n@njit(fastmath={'nnan'})\ndef f(): ...", 2),
    (no_foreign_chance, "import random", 1),
    (no_foreign_chance, "from numpy.random import default_rng", 1),
    (no_foreign_chance, "from numpy import random", 1),
    (no_foreign_chance, "\n\nx = np.random.default_rng(1)", 3),
    (no_foreign_chance, "x = os.urandom(8)", 1),
    (no_clock, "import time", 1),
    (no_clock, "from datetime import datetime", 1),
    (no_clock, "def f():\n    import uuid", 2),
    (no_foreign_arithmetic, "y = np.exp(x)", 1),
    (no_foreign_arithmetic, "y = 1\nz = math.sin(x)", 2),
    (no_foreign_arithmetic, "from math import log", 1),
    (no_foreign_arithmetic, "f = np.log10", 1),
    (no_foreign_arithmetic, "y = x ** n", 1),
    (no_foreign_arithmetic, "y = x ** 0.5", 1),
    (no_foreign_arithmetic, "y = pow(x, n)", 1),
    (no_foreign_arithmetic, "from scipy.special import erf", 1),
    (no_blind_trust, "import pickle", 1),
    (no_blind_trust, "np.load(f, allow_pickle=True)", 1),
    (no_blind_trust, "h = hash(x)", 1),
    (no_blind_trust, "eval('1')", 1),
    (no_blind_trust, "exec('1')", 1),
    (no_blind_trust, "print(x)", 1),
    (no_blind_trust, "try:\n    f()\nexcept:\n    raise", 3),
    (no_unordered_loop, "for x in set(y):\n    f(x)", 1),
    (no_unordered_loop, "z = [x for x in {1, 2}]", 1),
    (says_what_it_is, "x = 1", 1),
    (says_what_it_is, '"""M."""\ndef f():\n    pass', 2),
    (says_what_it_is, '"""M."""\nclass C:\n    pass', 2),
    (no_promises, "x = 1  # TO" + "DO later", 1),
    (no_promises, "\n# FIX" + "ME", 2),
]


@pytest.mark.parametrize(("rule", "text", "line"), BREACHES)
def test_rule_finds_its_breach(rule: Rule, text: str, line: int) -> None:
    """A rule that cannot fail is no rule."""
    found = [at for at, _ in rule(PurePosixPath("simulation/x.py"), ast.parse(text), text)]
    assert found == [line]


@pytest.mark.parametrize("rule", MODEL_RULES + PROJECT_RULES, ids=lambda rule: rule.__name__)
def test_rule_leaves_clean_code_alone(rule: Rule) -> None:
    """A rule that cries wolf is soon switched off."""
    assert list(rule(PurePosixPath("simulation/engine/decay.py"), ast.parse(CLEAN), CLEAN)) == []


@pytest.mark.parametrize("name", ["utils", "cell_helpers", "common", "misc", "run_manager"])
def test_vague_names_are_found(name: str) -> None:
    """As a file and as a folder."""
    for path in (f"simulation/{name}.py", f"simulation/{name}/decay.py"):
        assert len(list(says_its_concept(PurePosixPath(path), ast.parse(""), ""))) == 1


def test_exemptions_are_as_narrow_as_they_say() -> None:
    """run.py may read a clock and nothing else; arithmetic.py may not."""
    clock, tree = "import time", ast.parse("import time")
    assert not list(no_clock(PurePosixPath("simulation/runs/__init__.py"), tree, clock))
    assert list(no_clock(PurePosixPath("simulation/engine/arithmetic.py"), tree, clock))
    assert list(no_clock(PurePosixPath("simulation/processes/run.py"), tree, clock))
