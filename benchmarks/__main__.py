"""All benchmarks, one process at a time; words on the command line choose among them.

python -m benchmarks [diffusion scale ...]
"""

from __future__ import annotations

import subprocess
import sys

EVERY = "diffusion mechanics agents peers command compilation recording baseline scale watch".split()


def main() -> int:
    """Run them; returns how many failed."""
    chosen = sys.argv[1:] or EVERY
    return sum(subprocess.run([sys.executable, "-m", f"benchmarks.{name}"]).returncode != 0 for name in chosen)


if __name__ == "__main__":
    sys.exit(main())
