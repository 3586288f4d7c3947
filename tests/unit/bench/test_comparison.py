from pathlib import Path
from typing import Any

import pytest

from bench import environments
from bench.comparison import lines
from bench.processes import measured_or_why_not


def answered(median: float) -> dict[str, Any]:
    return {
        "median_s": median,
        "first_s": 2.5,
        "runs": 3,
        "peak_mb": 150.2,
        "equity": 917_129.517,
        "trades": 383,
    }


def test_lines_slower_peer_stands_with_its_ratio_and_a_missing_one_with_its_reason():
    answers = {"tradewright": answered(0.01), "slow": answered(0.25), "other": {"reason": "closes only"}}

    heads, ours, slow, other = lines(answers, 1_000, "trades")

    assert heads.split()[-1] == "trades"
    assert " ".join(ours.split()) == "tradewright 10 ms 3 1.0 2.50 s 100,000 150 MB 917,129.52 383"
    assert " ".join(slow.split()) == "slow 250 ms 3 25.0 2.50 s 4,000 150 MB 917,129.52 383"
    assert other == "  other: closes only"


def test_lines_without_ours_have_no_ratio():
    answers = {"tradewright": {"reason": "not yet"}, "peer": answered(1.5)}

    _, peer, ours = lines(answers, 3_000, "orders")

    assert peer.split()[:5] == ["peer", "1.50", "s", "3", "-"]
    assert ours == "  tradewright: not yet"


def test_measuring_a_peer_that_pip_cannot_install_gives_its_last_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    asked: list[list[str]] = []

    def call(command: list[str]) -> str:
        asked.append(command)
        raise RuntimeError("pip ended with 1:\nnoise\nERROR: No matching distribution found for bt")

    (tmp_path / "unheard.txt").write_text("unheard==1\n")
    monkeypatch.setattr(environments, "LOCKS", tmp_path)
    monkeypatch.setattr(environments, "HOME", tmp_path / "envs")
    monkeypatch.setattr(environments, "_call", call)

    first, second = (measured_or_why_not("unheard", "events", "10") for _ in range(2))

    assert first == second
    assert first["reason"] == "does not install here: ERROR: No matching distribution found for bt"
    assert len(asked) == 1
