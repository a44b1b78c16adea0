"""`make gallery`: a small picture of every shipped scenario, as it begins, into `analysis/viewer/pictures/`.

Scenarios that begin alike share a picture: `index.json` tells which belongs to which.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from analysis.viewer import cards

#: largest file that is worth shipping, bytes
LARGEST = 60_000


def make(into: Path = cards.PICTURES) -> dict[str, str]:
    """Draw the beginning of every shipped scenario.

    into       Path             gets one PNG per picture, and index.json; what does not belong there any more goes
    returns    name of a scenario -> file
    """
    from analysis.viewer import raster
    from analysis.viewer.frame import frame_of
    from simulation import MetastasisModel, SimulationError, load_scenario, shipped_names, write_bytes, write_json

    into.mkdir(parents=True, exist_ok=True)
    index: dict[str, str] = {}
    drawn: dict[str, str] = {}
    # the baseline gives its name to what others begin with, too
    for name in sorted(shipped_names(), key=lambda n: (n.count("/"), n != "hcc_baseline", n)):
        try:
            world = MetastasisModel(load_scenario(name)).world
        except SimulationError as fault:
            sys.stderr.write(f"{name}: {fault}\n")
            continue
        picture = raster.draw(frame_of(world), cards.WIDTH, round(cards.WIDTH * 0.62), plain=True)
        data = next(d for d in (cards.small_png(picture, shades) for shades in (128, 64, 32, 16)) if len(d) <= LARGEST)
        digest = hashlib.sha256(data).hexdigest()
        if digest not in drawn:
            drawn[digest] = f"{name.replace('/', '-')}.png"
            write_bytes(into / drawn[digest], data)
        index[name] = drawn[digest]
    for stale in set(into.glob("*.png")) - {into / file for file in index.values()}:
        stale.unlink()
    write_json(into / "index.json", index)
    return index


if __name__ == "__main__":
    for scenario, file in make().items():
        sys.stdout.write(f"{scenario}: {file}\n")
