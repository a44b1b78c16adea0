"""`make baseline`: run the baseline with many seeds and write docs/baseline.md from what they did.

    python -m docs.write_baseline                         20 seeds, two at a time; runs that are done are kept
    python -m docs.write_baseline --seeds 6 --results results --jobs 2

Exit code 1 if the seeds do not show what the baseline is meant to show.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("baseline.md")
End = dict[str, Any]

TEXT = """\
# The baseline over several seeds

`icam run hcc_baseline`, seeds {seeds}, 42 days each. Made by `make baseline`; do not edit.

| | |
|---|---|
{rows}

![time courses](pictures/baseline_time_courses.svg)

What it does not show: capsules of different seeds give way within days of one another, closer than patients would; bone
and adrenal receive fewer cells than they do in patients, and nothing imposes the drop from micrometastasis to
macroscopic tumour beyond 42 days. Serum ICAM-1 stays at the host's level, since the slab stands for about 12,000
tumour cells.
"""


def done(results: Path, seed: int) -> Path | None:
    """Return the newest complete run of a seed."""
    found = sorted(results.glob(f"hcc_baseline/*/seed-{seed:06d}/endpoints.json"), key=lambda p: p.stat().st_mtime)
    return found[-1] if found else None


def carry_out(results: Path, seed: int) -> None:
    """Run one seed, unless that has been done."""
    if done(results, seed) is None:
        command = [sys.executable, "-m", "analysis.cli", "run", "hcc_baseline", "--seed", str(seed), "--threads", "1"]
        subprocess.run([*command, "--quiet", "--out", str(results)], check=True)


def span(ends: Sequence[End], of: Callable[[End], float | None], form: str = ",.0f") -> str:
    """Write the smallest and the largest of a quantity, and the mean."""
    known = [float(value) for value in map(of, ends) if value is not None]
    if not known:
        return "none"
    return f"{min(known):{form}} to {max(known):{form}}, mean {sum(known) / len(known):{form}}"


def rows(ends: Sequence[End]) -> list[tuple[str, str]]:
    """Say what the seeds did."""
    n = len(ends)
    breached = [e for e in ends if e["capsule_breach_day"] is not None]
    shed = [e for e in ends if e["first_cell_in_blood_day"] is not None]
    after = [e for e in shed if (e["capsule_breach_day"] or 1e9) < e["first_cell_in_blood_day"]]
    spread = [e for e in ends if e["metastases"]]
    sites = sorted({site for e in ends for site, k in e["metastases_by_site"].items() if k})
    return [
        ("capsule gives way", f"{len(breached)} of {n}, on day {span(ends, lambda e: e['capsule_breach_day'], '.1f')}"),
        (
            "first tumour cell in blood, after that",
            f"{len(after)} of {len(shed)}, on day {span(ends, lambda e: e['first_cell_in_blood_day'], '.1f')}",
        ),
        ("cells shed into the blood", span(ends, lambda e: e["shed"]["cells"])),
        ("of them in clusters", span(ends, lambda e: e["shed"]["cells_in_clusters"])),
        ("of them with lymphocytes", span(ends, lambda e: e["shed"]["cells_with_lymphocytes"])),
        ("neutrophils that took hold of cells in the blood", span(ends, lambda e: e["neutrophil_pairings"])),
        ("arrests in vessels", span(ends, lambda e: e["arrests"])),
        ("arrivals in tissue", span(ends, lambda e: e["arrivals"])),
        ("kills by T and NK cells", span(ends, lambda e: e["kills"])),
        ("tumour cells on day 42", span(ends, lambda e: e["tumour_cells"])),
        ("runs with a metastasis (10 or more living cells)", f"{len(spread)} of {n}"),
        ("metastases per run", f"{span(ends, lambda e: e['metastases'], '.2g')}; in {', '.join(sites) or 'no organ'}"),
    ]


def missed(ends: Sequence[End]) -> list[str]:
    """Say what the baseline is meant to show and does not."""
    n, wrong = len(ends), []
    if sum(e["capsule_breach_day"] is not None for e in ends) < 0.8 * n:
        wrong.append("fewer than 8 in 10 capsules gave way")
    for e in ends:
        shed, breach = e["first_cell_in_blood_day"], e["capsule_breach_day"]
        if shed is not None and (breach is None or shed < breach):
            wrong.append(f"a tumour cell was in the blood on day {shed:.1f}, before the breach")
    if not any(e["metastases"] for e in ends):
        wrong.append("no run had a metastasis")
    if n >= 10 and all(e["metastases"] for e in ends):
        wrong.append("every run had a metastasis")
    return wrong


def main() -> int:
    """Run what is missing, write the page, say what is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    seeds = range(1, given.seeds + 1)
    with ThreadPoolExecutor(given.jobs) as pool:
        list(pool.map(lambda seed: carry_out(given.results, seed), seeds))
    ends = [json.loads(path.read_text()) for path in (done(given.results, seed) for seed in seeds) if path]
    table = "\n".join(f"| {what} | {told} |" for what, told in rows(ends))
    PAGE.write_text(TEXT.format(seeds=f"1 to {given.seeds}", rows=table))
    for line in missed(ends):
        sys.stderr.write(f"{line}\n")
    return 1 if missed(ends) else 0


if __name__ == "__main__":
    sys.exit(main())
