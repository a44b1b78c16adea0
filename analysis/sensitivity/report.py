"""The page of a sensitivity analysis, and its tables: words first, then figures, then every number."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.comparison_report.drawings import inline
from analysis.comparison_report.tables import whole
from analysis.figures import canvas
from analysis.figures import sensitivity as drawn
from analysis.figures.canvas import number
from analysis.sensitivity import SCREENING, SOBOL, Sensitivity

if TYPE_CHECKING:
    import pandas as pd

    from analysis.endpoint import Endpoint

PAGE = "report.html"
LIBRARIES = ("SALib", "statsmodels", "numpy")
HERE = Path(__file__).parent
STYLE = HERE.parent / "comparison_report" / "page.css"
DESIGNS = {SCREENING: "everything that is assumed", SOBOL: "the strongest only"}
#: how a change is called: below and above the control
WORDS = {"count": ("fewer", "more"), "level": ("lower", "higher"), "time": ("earlier", "later")}


def write_sensitivity(found: Sensitivity) -> Path:
    """Write the tables as CSV and Parquet and the page that shows them; return the page.

    raises    OSError where they cannot be written
    """
    from simulation import make_folder, write_text

    folder = make_folder(found.folder)
    for name, table in tables(found).items():
        write_text(folder / f"{name}.csv", table.to_csv(index=False, float_format="%.10g", lineterminator="\n"))
        whole(folder / f"{name}.parquet", partial(table.to_parquet, index=False))
    page = render(found)
    return whole(folder / PAGE, lambda path: path.write_text(page, encoding="utf-8", newline="\n"))


def tables(found: Sensitivity) -> dict[str, pd.DataFrame]:
    """List the tables by name.

    parameters         endpoint, parameter, its range and value, mu_star, sigma, first and total index with their reach
    sign_robustness    endpoint, design, effect as it stands, worlds in which its direction stands, share, interval
    worlds             every world with its parameters and effects
    """
    import pandas as pd

    ranges = pd.DataFrame(
        [
            {"parameter": path, "value": found.varied.values[path], "unit": found.varied.units[path], "low": r.low,
             "high": r.high, "logarithmic": r.log, "meaning": found.varied.meanings[path]}
            for path, r in found.varied.ranges.items()
        ]
    )  # fmt: skip
    table = found.morris.merge(ranges, on="parameter", how="left")
    keys = ["endpoint", "parameter"]
    columns = ["first", "first_reach", "total", "total_reach"]
    sobol = found.sobol
    if not len(sobol):
        sobol = pd.DataFrame(columns=[*keys, *columns]).astype(dict.fromkeys(columns, float))
    return {
        "parameters": table.merge(sobol, on=keys, how="left"),
        "sign_robustness": found.signs,
        "worlds": found.worlds,
    }


def render(found: Sensitivity) -> str:
    """Fill in the page; the same analysis gives the same bytes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    paper = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    paper.filters["number"] = lambda v: number(float(v)) if math.isfinite(float(v)) else "–"
    paper.filters["tied"] = lambda text: str(text).replace(" %", "\N{NO-BREAK SPACE}%")
    paper.filters["short"] = drawn.short
    rows = tables(found)["parameters"]
    what: dict[str, Any] = {
        "found": found,
        "style": STYLE.read_text(encoding="utf-8"),
        "endpoints": [
            {
                "name": e.name, "meaning": e.meaning, "unit": e.unit, "lines": sentences(found, e),
                "figures": figures(found, e), "rows": rows[rows["endpoint"] == e.name],
            }
            for e in found.endpoints
        ],
        "screened": found.worlds["design"].eq(SCREENING).sum(),
        "indexed": found.worlds["design"].eq(SOBOL).sum(),
        "origin": origin(found),
    }  # fmt: skip
    return paper.get_template("page.html.j2").render(what)


def sentences(found: Sensitivity, endpoint: Endpoint) -> list[str]:
    """Say whether the direction stands, and what it hangs on."""
    down, up = WORDS[endpoint.kind.value]
    unit = "" if endpoint.unit == "1" else f" {endpoint.unit}{'s' if endpoint.unit == 'day' else ''}"
    signs = found.signs[found.signs["endpoint"] == endpoint.name]
    default = float(signs["default"].iloc[0])
    stands = "nothing" if default == 0.0 else f"{number(default, sign=True)}{unit}"
    lines = [f"With everything as it stands, the treatment changes it by {stands}."]
    for row in signs.itertuples():
        word = up if row.direction > 0 else down
        lines.append(
            f"Varying {DESIGNS[row.design]}: {word} in {row.stands} of {row.worlds} worlds "
            f"({100 * row.share:.0f} %, 95 % interval {100 * row.low:.0f} to {100 * row.high:.0f} %), no difference at "
            f"all in {row.none}, the other way in {row.against}."
        )
    table = found.morris[(found.morris["endpoint"] == endpoint.name) & (found.morris["mu_star"] > 0.0)]
    if len(table):
        top = ", ".join(drawn.short(p) for p in table["parameter"].head(3))
        lines.append(f"It hangs most on {top}.")
        idle = int((found.morris["endpoint"] == endpoint.name).sum()) - len(table)
        if idle:
            lines.append(f"{idle} of {len(table) + idle} parameters changed it in no world that was run.")
    else:
        lines.append("None of the parameters changes it in any world that was run.")
    return lines


def figures(found: Sensitivity, endpoint: Endpoint) -> dict[str, str]:
    """Draw what there is to draw of an endpoint: name -> SVG."""
    unit = "difference from the control" + ("" if endpoint.unit == "1" else f", {endpoint.unit}")
    worlds = []
    for design, title in ((SCREENING, "Varying everything"), (SOBOL, "Varying the strongest")):
        values = found.worlds.loc[found.worlds["design"] == design, endpoint.name].dropna().to_numpy(dtype=float)
        if len(values):
            stood = found.signs[(found.signs["endpoint"] == endpoint.name) & (found.signs["design"] == design)]
            worlds.append((title, values, float(stood["default"].iloc[0])))
    drawings = {"worlds": drawn.effects(worlds, unit)} if worlds else {}
    morris = found.morris[(found.morris["endpoint"] == endpoint.name) & (found.morris["mu_star"] > 0.0)]
    if len(morris):
        below = "mean change of the effect through the whole range (μ*)"
        drawings["screening"] = drawn.screening(morris, "How much it matters", below)
    sobol = found.sobol[found.sobol["endpoint"] == endpoint.name] if len(found.sobol) else found.sobol
    if len(sobol) and sobol["total"].abs().max() > 0.0:
        drawings["indices"] = drawn.indices(sobol, "Alone")
    return {name: inline(canvas.svg(figure), f"{endpoint.name}-{name}-") for name, figure in drawings.items()}


def origin(found: Sensitivity) -> list[tuple[str, str]]:
    """Say where it comes from."""
    from importlib import metadata

    from analysis.statistics.sensitivity import SEED
    from simulation import __version__, source_digest

    seeds = found.study.changed(replicates=found.replicates).seeds
    return [
        ("study", found.study.name), ("base scenario", Path(found.study.base).name),
        ("control", found.control.label), ("treatment", found.treated.label),
        ("pairs per world", str(found.replicates)), ("seeds of the runs", ", ".join(map(str, seeds))),
        ("seed of the designs", str(SEED)), ("program", __version__),
        ("source of the model, SHA-256", source_digest()[:16]),
        ("libraries of the analysis", ", ".join(f"{n} {metadata.version(n)}" for n in LIBRARIES)),
    ]  # fmt: skip
