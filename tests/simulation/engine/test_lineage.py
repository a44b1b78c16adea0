"""Names of cells: no two alike, the same in every world."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.lineage import daughter, daughters, founders, meeting, mix, name_key

NAME = 9791622243211528182
FOUNDERS = [6323227943126645938, 14466442895660412026]
DAUGHTER = 9969181013183554611


def distinct(lineages: np.ndarray) -> bool:
    return len(np.unique(lineages)) == len(lineages)


@pytest.mark.parametrize(
    "first",
    [
        np.arange(1, 17, dtype=np.uint64),  # founders as alike as can be
        np.uint64(1) << np.arange(48, 64, dtype=np.uint64),
        founders(name_key("liver", "tumour_cell"), 16),
    ],
    ids=["counted", "one bit", "founders"],
)
def test_a_million_divisions_give_a_million_names(first: np.ndarray) -> None:
    lineages, births = first, np.zeros(len(first), dtype=np.int64)
    while len(lineages) < 1_000_000:
        births = births + 1
        born = daughters(lineages, births)
        lineages = np.concatenate([lineages, born])
        births = np.concatenate([births, np.zeros(len(born), dtype=np.int64)])
    assert distinct(lineages)


def test_one_mother_of_many_and_many_mothers_of_one() -> None:
    n = 200_000
    many = daughters(np.full(n, 12345, dtype=np.uint64), np.arange(2, n + 2))
    one = daughters(np.arange(n, dtype=np.uint64), np.ones(n, dtype=np.int64))
    assert distinct(np.concatenate([many, one]))


def test_naive_sums_would_have_collided() -> None:
    """The fault that mixing before combining prevents; so the tests above can fail."""
    lineages, births = np.array([1], dtype=np.uint64), np.zeros(1, dtype=np.uint64)
    for _ in range(10):
        births = births + np.uint64(1)
        born = lineages + np.uint64(0x9E3779B97F4A7C15) * births
        lineages = np.concatenate([lineages, born])
        births = np.concatenate([births, np.zeros(len(born), dtype=np.uint64)])
    assert not distinct(lineages)


def test_one_bit_of_the_mother_turns_half_of_the_daughter() -> None:
    """Flips of 64 bits x 64 mothers: mean 32, standard error 0.06; a bias of 0.4 bits would be seen."""
    mothers = founders(name_key("any"), 64)
    flips = [
        (int(daughter(m, 1)) ^ int(daughter(m ^ (np.uint64(1) << np.uint64(bit)), 1))).bit_count()
        for m in mothers
        for bit in range(64)
    ]
    assert abs(np.mean(flips) - 32.0) < 0.4
    assert min(flips) > 8


def test_known_names_never_change() -> None:
    """Paired runs of different versions compare cells by name."""
    assert name_key("liver", "tumour_cell") == NAME
    assert [int(x) for x in founders(NAME, 2)] == FOUNDERS
    assert int(daughter(np.uint64(FOUNDERS[0]), 1)) == DAUGHTER


def test_founders_keep_their_names_when_more_are_asked_for() -> None:
    key = name_key("lung", "t_cell")
    assert np.array_equal(founders(key, 5), founders(key, 100)[:5])
    assert len(founders(key, 0)) == 0
    assert distinct(np.concatenate([founders(key, 1000), founders(name_key("lung", "nk_cell"), 1000)]))


def test_a_founder_is_not_a_daughter() -> None:
    key = name_key("bone", "tumour_cell")
    born = daughters(np.full(1000, key, dtype=np.uint64), np.arange(1000))
    assert distinct(np.concatenate([founders(key, 1000), born]))


def test_names_do_not_run_together() -> None:
    keys = [name_key("ab", "c"), name_key("a", "bc"), name_key("abc"), name_key("c", "ab"), name_key("")]
    assert len(set(keys)) == len(keys)
    assert all(0 <= key < 2**64 for key in keys)


def test_mix_is_one_to_one_on_a_sample() -> None:
    assert len({int(mix(np.uint64(i))) for i in range(5000)}) == 5000
    assert int(mix(np.uint64(0))) == 0


def test_both_cells_give_their_meeting_one_name() -> None:
    a, b, c = founders(name_key("pair"), 3)
    assert meeting(a, b) == meeting(b, a)
    assert len({int(meeting(a, b)), int(meeting(b, c)), int(meeting(a, c)), int(meeting(a, a))}) == 4


def test_birth_numbers_of_any_whole_type() -> None:
    mothers = founders(name_key("types"), 4)
    wide = daughters(mothers, np.arange(4))
    assert np.array_equal(daughters(mothers, np.arange(4, dtype=np.uint32)), wide)
    assert [int(daughter(m, i)) for i, m in enumerate(mothers)] == [int(x) for x in wide]
