"""What was measured: printed as a table, kept in results.json, and told in results.md, which is made of it.

Other work on a machine only ever adds time, so every time is the best of several; the load during the measurement is
kept with it.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
KEPT, TOLD = HERE / "results.json", HERE / "results.md"


@dataclass(frozen=True)
class Target:
    """What a figure should be.

    what        str      what is measured
    measured    float
    limit       float
    unit        str
    at_least    bool     the limit is the smallest that will do, not the largest
    """

    what: str
    measured: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def publish(name: str, title: str, how: str, rows: list[dict[str, Any]], targets: list[Target] | None = None) -> None:
    """Print one benchmark's table, keep it, and write results.md anew.

    name       str     of the benchmark's file
    title      str
    how        str     what was measured, and how
    rows       list    of the table, all with the same keys
    targets    list    figures with what they should be
    """
    kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept[name] = {
        "title": title,
        "how": " ".join(how.split()),
        "rows": rows,
        "targets": [asdict(t) | {"met": t.met} for t in targets or []],
        "machine": machine(),
        "load": round(os.getloadavg()[0], 1),
    }
    KEPT.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n")
    TOLD.write_text(_told(kept))
    print(f"\n{title}\n")
    _print(rows)
    for t in targets or []:
        print(f"{'met   ' if t.met else 'MISSED'}  {_target(asdict(t))}")


def machine() -> dict[str, Any]:
    """Describe the machine: no names, no paths."""
    processor = platform.processor()
    about = Path("/proc/cpuinfo")
    if about.exists():
        models = [line.partition(":")[2].strip() for line in about.read_text().splitlines() if "model name" in line]
        processor = models[0] if models else processor
    return {
        "processor": processor,
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("numba", "numpy", "scipy", "mesa")},
    }


def best(seconds: float, action: Callable[[], Any], at_least: int = 3) -> float:
    """Shortest wall time in s of the repetitions that fit into `seconds`."""
    shortest, until, done = math.inf, time.perf_counter() + seconds, 0
    while done < at_least or time.perf_counter() < until:
        began = time.perf_counter()
        action()
        shortest = min(shortest, time.perf_counter() - began)
        done += 1
    return shortest


def alone(module: str, function: str, *arguments: Any, **surroundings: str) -> Any:
    """Call a function of a benchmark in a process of its own: its memory and its imports are then its alone.

    arguments       what JSON can carry
    surroundings    environment variables
    returns         what the function returned
    """
    code = (
        f"import json, sys\nfrom {module} import {function}\n"
        f"print(json.dumps({function}(*json.loads(sys.argv[1]))), flush=True)"
    )
    command = [sys.executable, "-c", code, json.dumps(arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **surroundings}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def peak_memory() -> float:
    """Largest memory of this process so far, MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / (1024 if sys.platform == "darwin" else 1)


# ---- writing ----


def _cell(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    if value == 0.0 or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}"


def _print(rows: list[dict[str, Any]]) -> None:
    table = [list(rows[0]), *([_cell(v) for v in row.values()] for row in rows)]
    widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
    for line in table:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip(), flush=True)


def _lines(rows: list[dict[str, Any]]) -> list[str]:
    return [
        "| " + " | ".join(rows[0]) + " |",
        "|" + "---|" * len(rows[0]),
        *("| " + " | ".join(_cell(v) for v in row.values()) + " |" for row in rows),
    ]


def _target(t: dict[str, Any]) -> str:
    relation = "at least" if t["at_least"] else "at most"
    return f"{t['what']}: {_cell(t['measured'])} {t['unit']} ({relation} {_cell(t['limit'])})"


def _told(kept: dict[str, Any]) -> str:
    lines = [
        "# Speed and scale",
        "",
        "Made by `make bench`, or one by one with `python -m benchmarks.NAME`; do not edit. Times are the best of",
        "several, since other work on a machine only adds time; `load` is the machine's load average at the end of the",
        "measurement, other work included.",
        "",
        "| figure | measured | target | met |",
        "|---|---|---|---|",
    ]
    for name, found in sorted(kept.items()):
        for t in found["targets"]:
            limit = f"{'>=' if t['at_least'] else '<='} {_cell(t['limit'])} {t['unit']}"
            met = "yes" if t["met"] else "**no**"
            lines.append(f"| [{t['what']}](#{name}) | {_cell(t['measured'])} {t['unit']} | {limit} | {met} |")
    for name, found in sorted(kept.items()):
        m = found["machine"]
        where = (
            f"{m['processors']} processors {m['processor']}, {m['system']}, Python {m['python']}, numba {m['numba']}, "
            f"numpy {m['numpy']}, scipy {m['scipy']}, Mesa {m['mesa']}; load {found['load']}"
        )
        lines += ["", f"## {name}", "", f"{found['title']}. {found['how']}", "", *_lines(found["rows"]), "", where]
    return "\n".join(lines) + "\n"
