"""Kernels compile, keep strict arithmetic and give what Python gives."""

import numba
import numpy as np
import pytest

from simulation.engine.kernel import inlined, kernel, parallel_kernel


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
