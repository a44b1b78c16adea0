"""Groups of cell types, which a treatment may name instead of single types."""

from __future__ import annotations

from collections.abc import Collection

TUMOUR, HOST, ALL = "tumour_cell", "host", "all"

#: word -> meaning
GROUPS = {HOST: "every type but the tumour cell", ALL: "every type"}


def reached(names: Collection[str]) -> tuple[str, ...]:
    """Say in the words of `Process.only` which types are meant by names of types and groups; () is all of them."""
    if ALL in names or {HOST, TUMOUR} <= set(names):
        return ()
    return (f"not {TUMOUR}",) if HOST in names else tuple(names)
