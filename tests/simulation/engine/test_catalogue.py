"""The file is the registration."""

import sys
from pathlib import Path

import pytest

from simulation.engine.catalogue import catalogue
from simulation.engine.errors import ContractError

ONE = "class {name}(int):\n    pass\n"


def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, files: dict[str, str]) -> str:
    for path, text in files.items():
        file = tmp_path / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(text)
    (tmp_path / name / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop(name, None)
    return name


def test_one_class_per_module_in_rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = package(tmp_path, monkeypatch, "rooms_a", {"x/b.py": ONE.format(name="B"), "y/a.py": ONE.format(name="A")})
    assert {n: c.__name__ for n, c in catalogue(made, int).items()} == {"a": "A", "b": "B"}
    assert list(catalogue(made, int)) == ["a", "b"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x/a.py": ""}, "a.py: defines no int; expected exactly one"),
        ({"x/a.py": ONE.format(name="A") + ONE.format(name="B")}, "a.py: defines A, B"),
        ({"x/a.py": ONE.format(name="A"), "y/a.py": ONE.format(name="A")}, "'a' exists twice"),
    ],
)
def test_none_two_or_a_double_name_are_refused(
    files: dict[str, str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"rooms_{abs(sum(map(ord, message)))}"
    with pytest.raises(ContractError, match=message):
        catalogue(package(tmp_path, monkeypatch, name, files), int)


def test_an_imported_class_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"x/a.py": ONE.format(name="A"), "x/b.py": "from rooms_c.x.a import A\n" + ONE.format(name="B")}
    assert list(catalogue(package(tmp_path, monkeypatch, "rooms_c", files), int)) == ["a", "b"]
