"""How soon the command line answers.

python -m benchmarks.command
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.record import ROOT, Target, best, publish

ASKED = {
    "python -c pass": ["-c", "pass"],
    "import simulation": ["-c", "import simulation"],
    "icam --help": ["-m", "analysis.cli", "--help"],
    "icam check quick_look": ["-m", "analysis.cli", "check", "quick_look"],
}


def main() -> None:
    def ask(words: list[str]) -> float:
        command = [sys.executable, *words]
        return best(1.5, lambda: subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True), 4)

    took = {name: ask(words) for name, words in ASKED.items()}
    bare = took["python -c pass"]
    rows = [{"command": name, "s": t, "over bare Python": t / bare} for name, t in took.items()]
    target = Target("icam --help", took["icam --help"], 1.0, "s")
    publish("command", "The command line", "Wall time of a fresh process, files in the system's cache.", rows, [target])


if __name__ == "__main__":
    main()
