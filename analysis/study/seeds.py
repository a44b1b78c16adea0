"""Seeds of replicates: the same in every arm, different from each other, and not changed by asking for more of them."""

from __future__ import annotations

from numpy.random import SeedSequence


def seeds(study: int, replicates: int) -> tuple[int, ...]:
    """Derive the seed of each replicate, 32 bits each.

    study         seed of the study
    replicates    how many
    """
    found: dict[int, None] = {}
    for number in range(replicates):
        words = SeedSequence(entropy=study, spawn_key=(number,)).generate_state(8).tolist()
        # Two replicates of one seed would be one world counted twice.
        found[next(word for word in words if word not in found)] = None
    return tuple(found)
