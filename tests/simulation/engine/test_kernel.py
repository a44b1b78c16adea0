"""Kernels compile, keep strict arithmetic and give what Python gives."""

from pathlib import Path

import numba
import numpy as np
import pytest

from simulation.engine import kernel as module
from simulation.engine.kernel import FEW_ROWS, compiled_code_folder, inlined, kernel, parallel_kernel, threads_for


@inlined
def _twice(value: float) -> float:
    return 2.0 * value


@kernel
def _serial(values: np.ndarray, out: np.ndarray) -> None:
    for i in range(len(values)):
        out[i] = _twice(values[i]) + 1.0


@parallel_kernel
def _parallel(values: np.ndarray, out: np.ndarray) -> None:
    for i in numba.prange(len(values)):
        out[i] = _twice(values[i]) + 1.0


@pytest.mark.parametrize("function", [_serial, _parallel])
def test_compiled_equals_python(function: object) -> None:
    values = np.linspace(-1, 1, 101)
    out = np.empty_like(values)
    function(values, out)  # type: ignore[operator]
    assert (out == 2.0 * values + 1.0).all()


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_strict_arithmetic() -> None:
    for function in (_serial, _parallel):
        assert not function.targetoptions.get("fastmath")


def test_compiled_code_is_kept_apart_for_each_state_of_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = compiled_code_folder()
    assert first.parent == tmp_path / "icam-metastasis"
    assert first == compiled_code_folder()
    copy = tmp_path / "engine"
    copy.mkdir()
    for name in ("kernel.py", "arithmetic.py", "errors.py"):
        (copy / name).write_bytes((Path(module.__file__).parent / name).read_bytes())
    monkeypatch.setattr(module, "__file__", str(copy / "kernel.py"))
    before = compiled_code_folder()
    (copy / "errors.py").write_text("# no kernel calls this\n")
    assert compiled_code_folder() == before
    (copy / "arithmetic.py").write_bytes((copy / "arithmetic.py").read_bytes() + b"\n# changed\n")
    changed = compiled_code_folder()
    assert changed != before
    # a class that Numba kept by name and cannot find any more would stop every run
    (tmp_path / "process.py").write_text("class Law(NamedTuple):\n    a: float\n")
    with_law = compiled_code_folder()
    assert with_law != changed
    (tmp_path / "process.py").write_text("class OtherLaw(NamedTuple):\n    a: float\n")
    assert compiled_code_folder() not in (changed, with_law)


def test_a_home_that_cannot_be_written_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert str(blocked) not in str(compiled_code_folder())


@inlined
def _share(part: float, whole: float) -> float:
    return part / whole


@kernel
def _shares(part: np.ndarray, whole: np.ndarray, result: np.ndarray) -> None:
    for i in range(len(result)):
        result[i] = _share(part[i], whole[i])


def test_a_division_by_nothing_gives_what_numpy_gives() -> None:
    part, whole, result = np.array([1.0, -1.0, 0.0, 1.0]), np.array([0.0, 0.0, 0.0, 4.0]), np.empty(4)
    _shares(part, whole, result)
    np.testing.assert_array_equal(result, [np.inf, -np.inf, np.nan, 0.25])


def test_little_work_wakes_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba, "get_num_threads", lambda: 3)
    assert [threads_for(rows) for rows in (0, FEW_ROWS - 1, FEW_ROWS)] == [1, 1, 3]
