"""The same tissue with and without: the end of every arm in one replicate, on one scale of ICAM-1, small for a page.

Tissues are drawn from the cells that were kept. Where none were, the picture that lies with the run is taken.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.comparison_report.subject import Subject
from analysis.statistics.paired import changes
from simulation import StorageError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.load import RunFolder

#: pixels across, shades of a palette, pictures shown at most
ACROSS, SHADES, MOST = 980, 160, 8
#: share of what stands beside a tissue that tells its colours; below it stand the organs
COLOURS = 0.63
PICTURE = Path("pictures") / "end.png"


@dataclass(frozen=True)
class Tissue:
    """A picture: label of its arm, the picture as the address of itself, and what its colours mean, once for all."""

    label: str
    picture: str
    legend: str = ""


def tissues(subject: Subject) -> tuple[int, list[Tissue]]:
    """Choose the replicate that is most like the others and show its arms.

    returns    replicate, pictures in the order of the arms; 0 and none where there is no pair to be shown
    """
    folders = {
        (int(run["replicate"]), str(run["arm"])): Path(str(run["folder"]))
        for _, run in subject.done.iterrows()
        if run["folder"]
    }
    kept = {key for key, folder in folders.items() if any((folder / "cells").glob("part-*.parquet"))}
    drawable = kept or {key for key, folder in folders.items() if (folder / PICTURE).is_file()}
    whole = sorted({r for r, arm in drawable if arm in subject.controls.values()})
    most = max((sum((r, a.name) in drawable for a in subject.arms) for r in whole), default=0)
    if most < 2:
        return 0, []
    whole = [r for r in whole if sum((r, a.name) in drawable for a in subject.arms) == most]
    chosen = typical(subject, subject.done, whole)
    shown = [arm for arm in subject.arms if (chosen, arm.name) in drawable][:MOST]
    own = [folders[chosen, arm.name] for arm in shown]
    try:
        pictures = drawn(own) if kept else [(as_address((folder / PICTURE).read_bytes()), "") for folder in own]
    except (StorageError, OSError):  # a run whose cells cannot be read costs its picture, not the report
        return 0, []
    return chosen, [
        Tissue(arm.label, picture, legend if i == 0 else "")
        for i, (arm, (picture, legend)) in enumerate(zip(shown, pictures, strict=True))
    ]


def drawn(folders: list[Path]) -> list[tuple[str, str]]:
    """Draw the last kept moment of runs, all with the same shades for the same ICAM-1: tissue and legend of each."""
    from analysis.figures import tissue
    from analysis.load import open_run
    from analysis.pictures import moment

    def last(run: RunFolder) -> Any:
        return moment(run, max(run.snapshots))

    moments = [last(open_run(folder)) for folder in folders]
    shades = tissue.icam1_range(*moments)
    pictures = []
    for each in moments:
        into = BytesIO()
        figure = tissue.draw(each, "the end", icam1=shades)
        figure.savefig(into, format="png", dpi=ACROSS / tissue.INCHES[0], metadata={"Software": None})
        box = figure.axes[0].get_position()
        own = (box.x0 - 0.004, 1.0 - box.y1 - 0.004, box.x1 + 0.004, 1.0 - box.y0 + 0.004)
        beside = (box.x1 + 0.012, own[1], 1.0, own[1] + COLOURS * (own[3] - own[1]))
        pictures.append((as_address(into.getvalue(), own), as_address(into.getvalue(), beside, few=False)))
    return pictures


def typical(subject: Subject, done: pd.DataFrame, replicates: list[int]) -> int:
    """Return the replicate whose effects on the first endpoint are nearest to the mean ones, over all arms."""
    if not subject.endpoints or not subject.treated:
        return replicates[0]
    change = changes(done, subject.endpoints[0].name, subject.controls)
    spread = change.std().where(lambda s: s > 0, 1.0).fillna(1.0)
    far = (((change - change.mean()) / spread) ** 2).mean(axis=1).reindex(replicates).fillna(float("inf"))
    return int(far.idxmin())


def as_address(
    picture: bytes, part: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0), *, few: bool = True
) -> str:
    """Return a picture, made smaller, as a data address.

    part    left, upper, right and lower end of what is kept, in shares
    few     with few shades, which costs rare colours and saves most of the size
    """
    from PIL import Image

    with Image.open(BytesIO(picture)) as full:
        small = full.convert("RGB")
        wide, high = small.size
        ends = (part[0] * wide, part[1] * high, part[2] * wide, part[3] * high)
        small = small.crop(tuple(round(end) for end in ends))  # type: ignore[arg-type]
        if small.width > ACROSS:
            small = small.resize((ACROSS, round(small.height * ACROSS / small.width)), Image.Resampling.LANCZOS)
        into = BytesIO()
        kept = small.quantize(SHADES, method=Image.Quantize.MEDIANCUT) if few else small
        kept.save(into, format="PNG", optimize=True)
    return "data:image/png;base64," + b64encode(into.getvalue()).decode("ascii")
