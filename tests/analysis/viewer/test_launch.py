"""Starting the server: what is missing, taken or wrong is told in one line."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from analysis.viewer import launch
from simulation import InputError, SimulationError
from tests.analysis.commands import as_command


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} is in use") as told:
            launch.bound("127.0.0.1", port)
    assert "--port" in str(told.value) and "\n" not in str(told.value)


def test_any_free_port() -> None:
    listener = launch.bound("127.0.0.1", 0)
    assert listener.getsockname()[1] > 0
    listener.close()


def test_a_foreign_address_is_told() -> None:
    with pytest.raises(InputError, match="no address of this machine"):
        launch.bound("203.0.113.9", 0)


def test_missing_packages_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(launch.NEEDED, "no_such_module_here", "no-such-package")
    monkeypatch.setattr(launch, "asset_folders", list)
    with pytest.raises(InputError, match="no-such-package, solara-assets") as told:
        launch.require_packages()
    assert "pip install" in str(told.value) and "\n" not in str(told.value)


def test_results_are_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SimulationError):
        launch.results_folder(file)
    assert launch.results_folder(tmp_path / "later") == tmp_path / "later"


def test_the_command_tells_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = as_command("watch", tmp_path / "file", "--no-browser")
    assert ended.code != 0 and len(ended.faults) == 1 and "Traceback" not in ended.err
