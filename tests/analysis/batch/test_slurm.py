"""The SLURM recipe of the documentation, as far as it goes without SLURM: what is submitted, and what is written."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from analysis.commands.compare import compare
from analysis.commands.run import run
from tests.analysis.commands import ROOT

DOCS = ROOT / "docs"
pytest.importorskip("dask_jobqueue", reason="the extra hpc is not installed")
# The scheduler looks for a free port for its page and leaves the socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.chdir(tmp_path)  # it makes a folder for logs
    spec = importlib.util.spec_from_file_location("slurm_compare", DOCS / "slurm_compare.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_submitted(recipe: ModuleType) -> None:
    with recipe.cluster() as cluster:
        script, address = cluster.job_script(), cluster.scheduler_address
    assert re.search(r"^#SBATCH --cpus-per-task=1$", script, re.M) and re.search(r"^#SBATCH -t 04:00:00$", script, re.M)
    assert re.search(r"^#SBATCH --mem=2G$", script, re.M)
    assert "\nexport NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1\n" in script
    command = next(line for line in script.splitlines() if "dask" in line and "tcp://" in line)
    assert address in command and "--nthreads 1" in command and "--lifetime 220m" in command and "--nanny" in command
    done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_workers_that_left_leave_time_for_it(recipe: ModuleType) -> None:
    """The lifetime with its stagger ends before the job's time is up."""
    with recipe.cluster() as cluster:
        script = cluster.job_script()
    hours, minutes, _ = (int(n) for n in re.search(r"-t (\d+):(\d+):(\d+)", script).groups())  # type: ignore[union-attr]
    life, stagger = (int(n) for n in re.findall(r"(\d+)m\b", script)[:2])
    assert life + stagger < 60 * hours + minutes


def test_the_script_hands_the_address_on(recipe: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    class Found:
        runs, failures, folder = [1, 2], [], "here"

    def noted(study: str, **how: object) -> Found:
        asked.update(how, study=study)
        return Found()

    scaled: list[int] = []
    monkeypatch.setattr(recipe.SLURMCluster, "scale", lambda self, jobs: scaled.append(jobs))
    monkeypatch.setattr(recipe, "compare", noted)
    recipe.main("icam1_knockdown", 3, "/shared")
    assert scaled[0] == 3 and asked["study"] == "icam1_knockdown" and asked["out"] == "/shared"
    assert str(asked["scheduler"]).startswith("tcp://")


def test_the_page_shows_the_script_as_it_is() -> None:
    page, script = (DOCS / "clusters.md").read_text("utf-8"), (DOCS / "slurm_compare.py").read_text("utf-8")
    (shown,) = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    assert shown in script
    (array,) = re.findall(r"```bash\n(.*?)```", page, flags=re.S)
    done = subprocess.run(["bash", "-n"], input=array, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    known = {name.replace("_", "-") for command in (run, compare) for name in command.__annotations__}
    for option in re.findall(r"icam (?:run|compare)[^\n]*", page):
        assert {word for word in re.findall(r"--([a-z-]+)", option)} <= known, option
