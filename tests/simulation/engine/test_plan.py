"""The plan sorts by stage, need and name, and refuses an order that is not determined."""

from __future__ import annotations

from itertools import permutations

import pytest

from simulation.engine.clock import Clock
from simulation.engine.column import Column, Effect, factor, request, total
from simulation.engine.errors import ContractError, InputError
from simulation.engine.plan import Plan, label
from simulation.engine.process import CellProcess, Process, Stage

COLUMNS = {
    c.name: c
    for c in (
        *(Column(n, "1", n) for n in "abc"),
        total("s", "1", "sum"),
        factor("f", "product"),
        request("r", "request", Effect.DEATH),
    )
}


def process(name: str, stage: Stage = Stage.SIGNAL, every: str = "2 min", **contract: set[str]) -> Process:
    """Make a process class on the fly and return an instance."""

    def apply(self: object, cells: object, dt: object) -> None:
        """Do nothing."""

    body = {"stage": stage, "every": every, "apply": apply, "__module__": f"simulation.made.{name}", **contract}
    return type(name, (CellProcess,), body)()  # type: ignore[no-any-return]


def order(*processes: Process, **more: object) -> list[str]:
    return [label(d.process) for d in Plan(processes, COLUMNS, Clock("2 min"), **more).due]  # type: ignore[arg-type]


def test_stage_then_need_then_name_for_any_listing_order() -> None:
    made = [
        process("z_first", Stage.SENSE),
        process("reader", reads={"a"}),
        process("writer", writes={"a"}),
        process("bystander"),
        process("adder", adds={"s"}),
        process("summed", reads={"s"}, writes={"b"}),
    ]
    expected = ["z_first", "adder", "bystander", "summed", "writer", "reader"]
    assert all(order(*listing) == expected for listing in list(permutations(made))[::37])


def test_two_owners_are_refused_by_name() -> None:
    with pytest.raises(ContractError, match="one and two both write 'a'"):
        order(process("two", writes={"a"}), process("one", Stage.DECIDE, writes={"a"}))


def test_mutual_waiting_is_refused_by_name() -> None:
    with pytest.raises(ContractError, match="one and two wait for each other in stage SIGNAL"):
        order(process("one", reads={"b"}, writes={"a"}), process("two", reads={"a"}, writes={"b"}))


def test_the_same_circle_across_stages_is_fine() -> None:
    early = process("one", Stage.SENSE, reads={"b"}, writes={"a"})
    assert order(process("two", reads={"a"}, writes={"b"}), early) == ["one", "two"]


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        ({"adds": {"a"}}, "adds 'a', which is a state"),
        ({"writes": {"s"}}, "writes 's', which is a sum"),
        ({"scales": {"s"}}, "scales 's', which is a sum"),
        ({"adds": {"f"}}, "adds 'f', which is a product"),
        ({"reads": {"nowhere"}}, "no column 'nowhere'"),
    ],
)
def test_rights_fit_the_kind_of_column(contract: dict[str, set[str]], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        order(process("p", **contract))


def test_a_reader_between_two_contributors_is_refused() -> None:
    first = process("first", Stage.SENSE, adds={"s"})
    last = process("last", Stage.MOVE, adds={"s"})
    with pytest.raises(ContractError, match="reader reads 's' after first and before last"):
        order(first, last, process("reader", reads={"s"}))
    assert order(first, last, process("before", Stage.TRANSPORT, reads={"s"}))[0] == "before"
    assert order(first, last, process("after", Stage.SPREAD, reads={"s"}))[-1] == "after"


def test_contributors_share_a_period() -> None:
    with pytest.raises(ContractError, match="slow contribute to 's' with different periods"):
        order(process("fast", adds={"s"}), process("slow", every="10 min", adds={"s"}))


def test_requests_need_no_common_period() -> None:
    assert order(process("fast", adds={"r"}), process("slow", every="10 min", adds={"r"})) == ["fast", "slow"]


def test_a_sum_begins_anew_before_its_first_contributor_only() -> None:
    made = [process("first", Stage.SENSE, adds={"s"}, scales={"f"}), process("last", adds={"s"}), process("none")]
    fresh = {label(d.process): d.fresh for d in Plan(made, COLUMNS, Clock("2 min")).due}
    assert fresh == {"first": ("f", "s"), "last": (), "none": ()}


def test_periods_may_be_set_and_must_be_whole_ticks() -> None:
    plan = Plan([process("p")], COLUMNS, Clock("2 min"), {"p": "6 min"})
    assert (plan.due[0].ticks, plan.due[0].dt.minutes) == (3, 6.0)
    with pytest.raises(InputError, match="p: period of 3 min"):
        order(process("p"), periods={"p": "3 min"})


def test_one_process_stands_once() -> None:
    with pytest.raises(ContractError, match="'p' is in the plan twice"):
        order(process("p"), process("p"))


def test_the_plan_prints_as_a_table() -> None:
    rows = Plan([process("p", reads={"a"}, writes={"b"})], COLUMNS, Clock("2 min")).table()
    assert rows[0]["process"] == "p" and rows[0]["every"] == "2 min" and rows[0]["writes"] == "b"
