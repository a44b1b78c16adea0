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
from analysis.statistics.paired import pivot
from simulation import StorageError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.load import RunFolder

#: pixels across, shades of a palette, pictures shown at most
ACROSS, SHADES, MOST = 980, 160, 8
PICTURE = Path("pictures") / "end.png"


@dataclass(frozen=True)
class Tissue:
    """A picture: label of its arm, and the picture as the address of itself."""

    label: str
    picture: str


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
    whole = sorted(r for r, arm in drawable if arm == subject.control)
    most = max((sum((r, a.name) in drawable for a in subject.arms) for r in whole), default=0)
    if most < 2:
        return 0, []
    whole = [r for r in whole if sum((r, a.name) in drawable for a in subject.arms) == most]
    chosen = typical(subject, subject.done, whole)
    shown = [arm for arm in subject.arms if (chosen, arm.name) in drawable][:MOST]
    own = [folders[chosen, arm.name] for arm in shown]
    try:
        pictures = drawn(own) if kept else [(folder / PICTURE).read_bytes() for folder in own]
    except (StorageError, OSError):  # a run whose cells cannot be read costs its picture, not the report
        return 0, []
    return chosen, [Tissue(arm.label, as_address(picture)) for arm, picture in zip(shown, pictures, strict=True)]


def drawn(folders: list[Path]) -> list[bytes]:
    """Draw the last kept moment of runs, all with the same shades for the same ICAM-1."""
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
        pictures.append(into.getvalue())
    return pictures


def typical(subject: Subject, done: pd.DataFrame, replicates: list[int]) -> int:
    """Return the replicate whose effects on the first endpoint are nearest to the mean ones, over all arms."""
    if not subject.endpoints or not subject.treated:
        return replicates[0]
    table = pivot(done, subject.endpoints[0].name, [subject.control, *subject.treated])
    change = table[subject.treated].sub(table[subject.control], axis=0)
    spread = change.std().where(lambda s: s > 0, 1.0).fillna(1.0)
    far = (((change - change.mean()) / spread) ** 2).mean(axis=1).reindex(replicates).fillna(float("inf"))
    return int(far.idxmin())


def as_address(picture: bytes) -> str:
    """Return a picture, made smaller, as a data address."""
    from PIL import Image

    with Image.open(BytesIO(picture)) as full:
        small = full.convert("RGB")
        if small.width > ACROSS:
            small = small.resize((ACROSS, round(small.height * ACROSS / small.width)), Image.Resampling.LANCZOS)
        into = BytesIO()
        small.quantize(SHADES, method=Image.Quantize.MEDIANCUT).save(into, format="PNG", optimize=True)
    return "data:image/png;base64," + b64encode(into.getvalue()).decode("ascii")
