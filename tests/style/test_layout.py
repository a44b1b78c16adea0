"""A file is a concept, its name is its name, and its test stands where the name says."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MIRRORED = ("simulation/engine", "simulation/processes")
LOCK_LINE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==[A-Za-z0-9.!+_]+( ; [a-z_]+ (<|>=|==|!=) '[a-zA-Z0-9.]+'( and .+)?)?")


def without_mirror(root: Path, folder: str) -> list[str]:
    """List the modules below `folder` whose mirror test is missing, as source -> expected test."""
    missing = []
    for module in sorted((root / folder).rglob("*.py")):
        test = root / "tests" / module.relative_to(root).with_name(f"test_{module.name}")
        if module.name != "__init__.py" and not test.is_file():
            missing.append(f"{module.relative_to(root)}:1: expected {test.relative_to(root)}")
    return missing


@pytest.mark.parametrize("folder", MIRRORED)
def test_every_module_has_its_mirror_test(folder: str) -> None:
    """`processes/signalling/nfkb.py` is tested in `tests/simulation/processes/signalling/test_nfkb.py`."""
    missing = without_mirror(ROOT, folder)
    assert not missing, "\n".join(["", *missing])


def test_a_missing_mirror_is_found(tmp_path: Path) -> None:
    """The check above can fail, and names both files."""
    for path in ("simulation/engine/__init__.py", "simulation/engine/a.py", "simulation/engine/b.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "tests/simulation/engine").mkdir(parents=True)
    (tmp_path / "tests/simulation/engine/test_a.py").touch()
    assert without_mirror(tmp_path, "simulation/engine") == [
        "simulation/engine/b.py:1: expected tests/simulation/engine/test_b.py"
    ]


@pytest.mark.parametrize("package", ["simulation", "analysis"])
def test_every_folder_is_a_package(package: str) -> None:
    """A folder without `__init__.py` would be left out of the checks on imports."""
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    bare = sorted(str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file())
    assert not bare, f"without __init__.py: {', '.join(bare)}"


@pytest.mark.parametrize("package", ["simulation", "analysis"])
def test_the_package_is_ours(package: str) -> None:
    """Both names are plain words: an installed package of the same name must not stand in their place."""
    module = __import__(package)
    assert Path(str(module.__file__)).resolve() == ROOT / package / "__init__.py"


def test_one_version_everywhere() -> None:
    """Packaging, citation and metadata tell the same version and licence."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    meta = json.loads((ROOT / "codemeta.json").read_text())
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {project['version']}\n" in citation
    assert f"\nlicense: {project['license']}\n" in citation
    assert meta["version"] == project["version"]
    assert meta["license"].endswith("/" + project["license"])


def test_lock_is_names_and_versions_only() -> None:
    """No address, hash or option: any index can serve it."""
    lines = (ROOT / "requirements-lock.txt").read_text().splitlines()
    odd = [f"requirements-lock.txt:{n}: {line}" for n, line in enumerate(lines, 1) if not LOCK_LINE.fullmatch(line)]
    assert lines
    assert not odd, "\n".join(["", *odd])


def test_lock_covers_what_the_project_declares() -> None:
    """A dependency added to pyproject.toml and not to the lock would be missing from `make run`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    wanted = {re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ \[;]", d)[0]).lower() for d in declared}
    locked = {line.split("==")[0] for line in (ROOT / "requirements-lock.txt").read_text().splitlines()}
    assert not wanted - locked, f"declared and not locked: {', '.join(sorted(wanted - locked))}; run `make lock`"
