"""Memory that is free but still this process's: allocators keep what they got, in pieces, for later use."""

from __future__ import annotations

import pyarrow as pa

# Arrow's own allocator keeps tens of MB more than it needs for the few tables of a run, and takes longer to get them.
pa.set_memory_pool(pa.system_memory_pool())


def give_back() -> None:
    """Give all free memory back to the system; for when a world is done with, see `World.let_go`."""
    pa.system_memory_pool().release_unused()  # trims the C library's memory, whoever used it
