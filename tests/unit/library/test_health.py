"""Whether the folder for series and runs can be written, found out by writing."""

import tempfile
from pathlib import Path

import pytest

from tradewright.core.errors import EnvironmentFaultError
from tradewright.library.health import diagnose, writable_home


def test_home_that_is_missing_is_found_fit_and_not_made(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "a" / "b"))
    said = writable_home()
    assert said.startswith(f"{tmp_path / 'a' / 'b'}, ")
    assert "GB free" in said
    assert said.endswith("made by the first run")
    assert list(tmp_path.iterdir()) == []


def test_home_that_is_there_is_left_as_it_was(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path))
    assert writable_home().endswith("GB free")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/under", "link"])
def test_home_that_is_no_folder_is_found_unfit(place: str, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / place))
    with pytest.raises(EnvironmentFaultError, match=f"{place} cannot be written"):
        writable_home()
    finding = next(finding for finding in diagnose() if finding.subject == "home")
    assert not finding.good
    assert "TRADEWRIGHT_HOME" in finding.fix


def test_home_that_refuses_is_found_unfit(tmp_path: Path, monkeypatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    with pytest.raises(EnvironmentFaultError, match="Permission denied"):
        writable_home()
