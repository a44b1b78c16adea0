"""`icam describe`: the model as tables made from its code: plan, state, parameters, mechanisms, arms, contexts."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

Tables = dict[str, list[dict[str, Any]]]

#: screens narrower than this get paragraphs
NARROW = 120
#: columns of each table as they are printed: heading, key, may the text break
SHOWN: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "plan": (
        ("stage", "stage", False), ("process", "process", False), ("every", "every", False), ("reads", "reads", True),
        ("adds", "adds", True), ("scales", "scales", True), ("writes", "writes", True),
    ),
    "state": (
        ("table", "table", False), ("column", "column", False), ("unit", "unit", False), ("kind", "kind", False),
        ("owner", "owner", False), ("contributors", "contributors", True), ("meaning", "meaning", True),
    ),
    "parameters": (
        ("parameter", "path", False), ("default", "default", False), ("here", "value", False), ("unit", "unit", False),
        ("bounds", "bounds", False), ("meaning", "meaning", True), ("source", "source", True),
    ),
    "mechanisms": (
        ("mechanism", "mechanism", False), ("name", "name", False), ("claim", "claim", True),
        ("carried by", "processes", True), ("tests", "tests", True),
    ),
    "arms": (
        ("arm", "arm", False), ("here", "here", False), ("meaning", "meaning", True),
        ("mechanisms", "mechanisms", True), ("switched off by", "off", True),
    ),
    "contexts": (
        ("parameter", "parameter", False),
        *((name, name, False) for name in ("hcc", "tnbc", "luminal_b", "colorectal", "lung", "melanoma")),
        ("here", "here", False), ("source", "source", True),
    ),
}  # fmt: skip


def describe(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="A file, or the name of a shipped one.")
    ] = "hcc_baseline",
    plan: Annotated[bool, typer.Option("--plan", help="What runs in which order.")] = False,
    state: Annotated[bool, typer.Option("--state", help="Every column with unit, meaning and owner.")] = False,
    parameters: Annotated[bool, typer.Option("--parameters", help="Every parameter with its source.")] = False,
    mechanisms: Annotated[bool, typer.Option("--mechanisms", help="Mechanism, processes, tests.")] = False,
    arms: Annotated[bool, typer.Option("--arms", help="Ways in which ICAM-1 acts, each with its switch.")] = False,
    contexts: Annotated[bool, typer.Option("--contexts", help="What sets kinds of tumour apart.")] = False,
    assumed: Annotated[bool, typer.Option("--assumed", help="Of the parameters, those that are assumed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> int:
    """Describe the model: tables for the methods section, generated from the code."""
    from simulation import describe as tables_of
    from simulation import load_scenario

    asked = (plan, state, parameters or assumed, mechanisms, arms, contexts)
    chosen = [name for name, on in zip(SHOWN, asked, strict=True) if on] or list(SHOWN)
    tables: Tables = {n: rows for n, rows in tables_of(load_scenario(scenario)).items() if n in chosen}
    if assumed:
        tables["parameters"] = [row for row in tables["parameters"] if row["assumed"]]
    if as_json:
        sys.stdout.write(json.dumps(tables, indent=2, ensure_ascii=False) + "\n")
    else:
        _print(tables)
    return 0


def _print(tables: Tables) -> None:
    from analysis.terminal import paper

    console = paper()
    for name, rows in tables.items():
        if console.width < NARROW:
            _print_list(console, name, rows)
        else:
            _print_table(console, name, rows)


def _print_table(console: Any, name: str, rows: list[dict[str, Any]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    printed = Table(title=f"{name} ({len(rows)})", box=SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for heading, _, breaks in SHOWN[name]:
        printed.add_column(heading, no_wrap=not breaks, overflow="fold")
    for row in rows:
        printed.add_row(*(_text(row, key) for _, key, _ in SHOWN[name]))
    console.print(printed, markup=False)


def _print_list(console: Any, name: str, rows: list[dict[str, Any]]) -> None:
    """Print a paragraph per row, where a table would lose words at the edge of the screen."""
    from rich.padding import Padding

    console.print(f"{name} ({len(rows)})\n", style="bold")
    for row in rows:
        short = [_text(row, key) for _, key, breaks in SHOWN[name] if not breaks]
        console.print("  ".join(word for word in short if word))
        for heading, key, breaks in SHOWN[name]:
            if breaks and _text(row, key):
                console.print(Padding(f"{heading}: {_text(row, key)}", (0, 0, 0, 4)))
    console.print()


def _text(row: dict[str, Any], key: str) -> str:
    from rich.markup import escape

    if key == "bounds":
        low, high = (f"{v:g}" if v is not None else "" for v in (row["low"], row["high"]))
        return f"{low} ... {high}" if low or high else ""
    value = row[key]
    if isinstance(value, list):
        return escape(" ".join(map(str, value)))
    if value is None:
        return ""
    return escape(f"{value:g}" if isinstance(value, float) else str(value))
