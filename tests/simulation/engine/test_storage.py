"""Files are whole or not there, whatever operation fails; and a fault is one line."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from simulation.engine import checkpoint, storage
from simulation.engine.errors import StorageError
from simulation.engine.field_series import FieldSeries
from simulation.engine.storage import Lock

OPERATIONS = ("open", "write", "fsync", "close", "replace", "rename", "link", "unlink", "makedirs", "rmdir", "listdir")


class Failing:
    """The `os` module, whose k-th operation on files fails."""

    def __init__(self, fail_at: int, code: int = errno.ENOSPC) -> None:
        self.fail_at, self.code, self.calls = fail_at, code, 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in OPERATIONS:
            return real

        def operation(*given: Any, **more: Any) -> Any:
            self.calls += 1
            if self.calls == self.fail_at:
                if name == "close":
                    real(*given, **more)  # the system frees the handle even when it reports a fault
                raise OSError(self.code, os.strerror(self.code))
            return real(*given, **more)

        return operation


def fail_each(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[], None], check: Callable[[bool], None], code: int = errno.ENOSPC
) -> int:
    """Let every operation of `act` fail in its turn; `check` is told whether it went through."""
    for k in range(1, 500):
        failing = Failing(k, code)
        with monkeypatch.context() as patched:
            patched.setattr(storage, "os", failing)
            patched.setattr(checkpoint, "os", failing)
            try:
                act()
                through = True
            except StorageError as fault:
                assert "\n" not in str(fault)
                through = False
        check(through)
        if failing.calls < k:
            return k
    raise AssertionError("never went through")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_file_is_the_old_or_the_new_one_whatever_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")

    def check(through: bool) -> None:
        assert file.read_text() in (("new",) if through else ("old", "new"))
        assert [p.name for p in storage.listing(tmp_path)] == ["a.txt"]

    assert fail_each(monkeypatch, lambda: storage.write_text(file, "new"), check, code) >= 7


def test_a_checkpoint_is_the_last_or_the_new_one_whatever_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "last"
    checkpoint.save(path, {"n": np.array([1])})
    reached = [1]

    def act() -> None:
        checkpoint.save(path, {"n": np.array([reached[0] + 1])})

    def check(through: bool) -> None:
        found, said = checkpoint.load(path)
        n = int(found["n"][0])
        assert not said
        assert n in ((reached[0] + 1,) if through else (reached[0], reached[0] + 1))
        reached[0] = n

    assert fail_each(monkeypatch, act, check) >= 9


def test_a_folder_is_replaced_whole_whatever_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, beside = tmp_path / "run", tmp_path / ".run.new"
    place.mkdir()
    for name in "ab":
        (place / name).write_text("old")

    def act() -> None:
        if not beside.exists():
            beside.mkdir()
            for name in "ab":
                (beside / name).write_text("new")
        storage.replace_folder(place, beside)

    def check(through: bool) -> None:
        storage.mend_replacement(place)
        assert len({(place / name).read_text() for name in "ab"}) == 1
        assert not through or (place / "a").read_text() == "new"

    assert fail_each(monkeypatch, act, check) >= 5


def test_fields_show_whole_moments_only_whatever_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import zarr

    shape = (4, 3, 1)
    folder = tmp_path / "fields.zarr"

    def series(n: int) -> FieldSeries:
        return FieldSeries(folder, {"o2": "mmHg", "tnf": "ng/mL"}, shape, 20.0, [float(i) for i in range(n)])

    def moment(n: int) -> np.ndarray:
        return np.full((2, *shape), n, dtype=np.float32)

    made = series(0)
    made.append(0.0, moment(0))
    before = [1]

    def act() -> None:
        series(before[0]).append(float(before[0]), moment(before[0]))

    def check(through: bool) -> None:
        group = zarr.open_group(str(folder), mode="r")
        n = int(group.attrs["n_complete"])  # type: ignore[arg-type]
        assert n in ((before[0] + 1,) if through else (before[0], before[0] + 1))
        values, times = np.asarray(group["value"][:n]), np.asarray(group["time_day"][:n])  # type: ignore[index]
        assert np.array_equal(times, np.arange(n))
        assert np.array_equal(values[:, 0, 0, 0, 0], np.arange(n))
        before[0] = n

    assert fail_each(monkeypatch, act, check) > 20


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (errno.EACCES, "permission denied"),
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "read-only"),
        (errno.ENAMETOOLONG, "name is too long"),
        (errno.ENOTDIR, "not a folder"),
        (errno.EHOSTDOWN, os.strerror(errno.EHOSTDOWN)),
    ],
)
def test_what_the_system_refuses_is_one_plain_line(code: int, says: str) -> None:
    with pytest.raises(StorageError, match=says) as caught, storage.told_plainly("results/x"):
        raise OSError(code, os.strerror(code))
    assert str(caught.value).startswith("results/x: ")
    assert "\n" not in str(caught.value)


def test_faults_of_the_real_system(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for act in (
        lambda: storage.require_writable(file / "below"),
        lambda: storage.require_writable(tmp_path / ("n" * 300)),
        lambda: storage.require_writable(tmp_path / "nul\0l"),
        lambda: storage.read_bytes(tmp_path / "missing"),
        lambda: storage.read_bytes(tmp_path),
        lambda: storage.write_bytes(tmp_path / "no" / "folder", b""),
    ):
        with pytest.raises(StorageError) as caught:
            act()
        assert "\n" not in str(caught.value)


def test_the_check_for_writing_leaves_nothing(tmp_path: Path) -> None:
    storage.require_writable(tmp_path / "new" / "folder")
    assert os.listdir(tmp_path / "new" / "folder") == []


def test_json_knows_numpy_and_no_infinity(tmp_path: Path) -> None:
    storage.write_json(tmp_path / "a", {"n": np.int64(3), "v": [np.float64(0.5), float("nan")], "a": np.arange(2)})
    assert json.loads((tmp_path / "a").read_text()) == {"n": 3, "v": [0.5, None], "a": [0, 1]}
    (tmp_path / "a").write_text("{")
    with pytest.raises(StorageError, match="damaged"):
        storage.read_json(tmp_path / "a")


def test_a_table_comes_back_with_its_units_and_always_in_the_same_bytes(tmp_path: Path) -> None:
    word = pa.array(["liver", "lung", "liver"]).dictionary_encode()
    schema = pa.schema(
        [
            pa.field("site", word.type),
            pa.field("x", pa.float32(), metadata={"unit": "um"}),
            pa.field("n", pa.uint64()),
        ]
    )
    table = pa.table([word, pa.array([1.5, 2, 3], pa.float32()), pa.array([1, 2, 2**64 - 1], pa.uint64())], schema)
    storage.write_table(tmp_path / "a", table)
    storage.write_table(tmp_path / "b", table)
    back = storage.read_table(tmp_path / "a")
    assert back.equals(table)
    assert back.schema.field("x").metadata == {b"unit": b"um"}
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_damaged_table_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    storage.write_table(path, pa.table({"x": np.arange(1000.0)}))
    data = path.read_bytes()
    for broken in (data[:-1], data[: len(data) // 2], b"", b"not a table"):
        path.write_bytes(broken)
        with pytest.raises(StorageError, match="damaged") as caught:
            storage.read_table(path)
        assert "\n" not in str(caught.value)


def test_a_second_holder_is_told_who_holds_it(tmp_path: Path) -> None:
    place = tmp_path / ".lock"
    with Lock(place, "results/a"):
        for _ in range(2):
            with pytest.raises(StorageError, match=rf"results/a: process {os.getpid()} is writing here"):
                Lock(place, "results/a")
    Lock(place, "results/a").free()


def test_a_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    place = tmp_path / ".lock"
    held = "import sys, os, pathlib; from simulation.engine.storage import Lock; "
    held += f"Lock(pathlib.Path({str(place)!r}), 'a'); print('held', flush=True); sys.stdin.read(); "
    root = Path(__file__).parents[3]
    other = subprocess.Popen(
        [sys.executable, "-c", held.replace("Lock(path", "l = Lock(path")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(StorageError, match=f"process {other.pid} "):
        Lock(place, "a")
    other.kill()
    other.communicate()
    assert place.read_text() == str(other.pid)
    Lock(place, "a").free()


def test_folders_are_made_listed_and_removed(tmp_path: Path) -> None:
    inner = storage.make_folder(tmp_path / "a" / "b")
    (inner / ".hidden").write_text("")
    (inner / "2").write_text("")
    (inner / "1").write_text("")
    (inner / "link").symlink_to(tmp_path)
    assert [p.name for p in storage.listing(inner)] == ["1", "2", "link"]
    assert storage.listing(tmp_path / "none") == []
    storage.remove_folder(tmp_path / "a")
    storage.remove_folder(tmp_path / "a")
    assert os.listdir(tmp_path) == []
