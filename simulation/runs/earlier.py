"""What an earlier run left: where it stands, and whether it can stand for one that is asked for now."""

from __future__ import annotations

from pathlib import Path

from simulation.engine.errors import StorageError
from simulation.engine.storage import NEW, read_json
from simulation.runs import provenance
from simulation.runs.folder import Status, status_of
from simulation.scenario import Scenario


def place_of(scenario: Scenario, out: str | Path) -> Path:
    """Name the folder of a run: `out`/<scenario>/<hash8>/seed-NNNNNN."""
    name = Path(scenario.path).stem or "scenario"
    return Path(out) / name / scenario.identity(any_seed=True)[:8] / f"seed-{scenario.seed:06d}"


def earlier(scenario: Scenario, out: str | Path) -> Status | None:
    """Tell what became of this very run when it was made before.

    scenario    Scenario
    out         folder for all results
    returns     Status, or None where it was never begun, or by other code, with other libraries or from another text
    """
    place = place_of(scenario, out)
    if _same(place, scenario) and status_of(place) is Status.DONE:
        return Status.DONE
    beside = place.with_name(f".{place.name}{NEW}")
    found = beside if beside.exists() else place
    status = status_of(found) if _same(found, scenario) else None
    # Done and not yet in its place: as if never begun.
    return None if status is Status.DONE else status


def _same(folder: Path, scenario: Scenario) -> bool:
    """Tell whether a folder was written for this scenario by what is running now."""
    try:
        about = read_json(folder / "run.json")
        told = about["identity"], about["code"]["source_sha256"], about["machine"]["libraries"]
    except (StorageError, KeyError, TypeError):
        return False
    return told == (scenario.identity(), source_digest(), provenance.machine()["libraries"])


def source_digest() -> str:
    """SHA-256 of the model's source as it stands."""
    return str(provenance.code()["source_sha256"])
