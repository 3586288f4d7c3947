"""What the tests of commands share: prices as a file, and a command's answer as data."""

import json
from pathlib import Path

import pytest

from tradewright.entrypoints.cli.main import exit_code

HEADER = "timestamp,open,high,low,close,volume\n"


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """A year of daily bars that swing, as a file."""
    rows = []
    for day in range(365):
        base = 100 + 20 * ((day % 60) / 30 if day % 60 < 30 else 2 - (day % 60) / 30)
        month, rest = divmod(day, 28)
        date = f"{2020 + month // 12}-{month % 12 + 1:02}-{rest + 1:02}"
        rows.append(f"{date},{base},{base + 2},{base - 2},{base + 1},10")
    path = tmp_path / "SWING_1d.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def run_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """Run a command with ``--json`` and return the object that it prints."""
    assert exit_code([*words, "--json"]) == 0
    captured = capsys.readouterr()
    return json.loads(captured.out)
