"""Contracts are declared on the class and picked apart by table."""

from simulation.engine.process import CellProcess, Stage, describe


class Blend(CellProcess):
    """A process for these tests."""

    stage, every = Stage.SENSE, "6 min"
    reads, adds, writes = {"tnf_here", "voxel.tnf"}, {"tnf_output"}, {"nfkb", "pool.sicam1"}
    mechanisms = {"M08"}

    def apply(self, cells: object, dt: object) -> None:
        """Do nothing."""


def test_names_are_picked_by_table() -> None:
    assert Blend.of("", Blend.reads, Blend.writes) == {"tnf_here", "nfkb"}
    assert Blend.of("voxel", Blend.reads, Blend.writes) == {"tnf"}
    assert Blend.of("pool", Blend.touched()) == {"sicam1"}
    assert Blend.of("traveller", Blend.touched()) == frozenset()


def test_touched_is_everything() -> None:
    assert Blend.touched() == {"tnf_here", "voxel.tnf", "tnf_output", "nfkb", "pool.sicam1"}


def test_stages_stand_in_the_order_of_a_tick() -> None:
    assert [s.name for s in sorted(Stage)] == [
        "TREAT", "TRANSPORT", "SENSE", "SIGNAL", "BIND", "DECIDE", "MOVE", "SPREAD", "TURN_OVER",
    ]  # fmt: skip


def test_a_contract_is_plain_data() -> None:
    assert describe(Blend)["name"] == "blend"
    assert describe(Blend)["stage"] == "SENSE"
    assert describe(Blend)["writes"] == ["nfkb", "pool.sicam1"]
