"""Parameters that arms and contexts already name while the processes that have them are being built.

Every path here is left out of arms and contexts as they are offered; a path that is neither here nor anywhere else is
an error. A path leaves the list when its parameter exists.
"""

from __future__ import annotations

PENDING: frozenset[str] = frozenset()
