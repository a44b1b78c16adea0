"""Fields over time as a Zarr (v3) group: one chunk per moment, and last of all how many moments are complete.

Zarr makes the bytes, `engine/storage.py` writes them, file by file, whole or not at all. A reader takes the first
`n_complete` (attribute of the group) moments of `value` (t, substance, x, y, z) and of `time_day` (t).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.storage import listing, make_folder, remove, write_bytes

TIMES_PER_CHUNK = 4096


class FieldSeries:
    """Writes fields, moment by moment.

    folder    Path                 becomes the Zarr group
    units     mapping str -> str   unit of each field, in the order in which they are kept
    shape     (int, int, int)      voxels along x, y, z
    side      float um             edge of a voxel
    times     sequence of float    days of the moments that are there already; later ones are forgotten
    """

    def __init__(
        self,
        folder: Path,
        units: Mapping[str, str],
        shape: tuple[int, int, int],
        side: float,
        times: Sequence[float] = (),
    ) -> None:
        import zarr  # takes a second, which a run without fields need not wait
        from zarr.storage import MemoryStore

        self.folder, self.times = folder, list(times)
        self._kept: dict[str, Any] = {}
        n = len(self.times)
        self._group = zarr.create_group(MemoryStore(store_dict=self._kept))
        self._value = self._group.create_array(
            "value",
            shape=(n, len(units), *shape),
            chunks=(1, len(units), *shape),
            dtype="float32",
            dimension_names=("t", "substance", "x", "y", "z"),
            attributes={"substance": list(units), "unit": list(units.values()), "voxel_um": side},
        )
        self._time = self._group.create_array(
            "time_day",
            shape=(n,),
            chunks=(TIMES_PER_CHUNK,),
            dtype="float64",
            dimension_names=("t",),
            attributes={"unit": "day"},
        )
        self._time[:] = np.array(self.times)
        self._group.attrs["n_complete"] = n
        self._write(("value/zarr.json", "time_day/zarr.json", "zarr.json"))
        self._drop_later()

    def append(self, day: float, values: NDArray[np.float32]) -> None:
        """Add a moment.

        day       day              time
        values    (k, nx, ny, nz)  the fields
        """
        n = len(self.times)
        self.times.append(day)
        self._value.resize((n + 1, *self._value.shape[1:]))
        self._value[n] = values
        self._time.resize((n + 1,))
        self._time[n] = day
        self._group.attrs["n_complete"] = n + 1
        chunks = sorted(key for key in self._kept if "/c/" in key)
        self._write((*chunks, "value/zarr.json", "time_day/zarr.json", "zarr.json"))
        for key in chunks:
            if key.startswith("value/"):
                del self._kept[key]

    def _write(self, keys: Sequence[str]) -> None:
        for key in keys:
            path = self.folder / key
            make_folder(path.parent)
            write_bytes(path, self._kept[key].to_bytes())

    def _drop_later(self) -> None:
        for chunk in listing(self.folder / "value" / "c"):
            if int(chunk.name) >= len(self.times):
                remove(chunk.joinpath(*["0"] * 4))
