"""Groups of cell types in the words of `Process.only`."""

from __future__ import annotations

import pytest

from simulation.vocabulary.groups import reached


@pytest.mark.parametrize(
    ("named", "only"),
    [
        (("t_cell", "macrophage"), ("t_cell", "macrophage")),
        (("host",), ("not tumour_cell",)),
        (("host", "t_cell"), ("not tumour_cell",)),
        (("host", "tumour_cell"), ()),
        (("all",), ()),
    ],
)
def test_groups(named, only):
    assert reached(named) == only
