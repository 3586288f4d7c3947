"""The same run with its ambiguous bars read against it, and for it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from tests.factories import drawn_bars, drawn_rules, drawn_signals, make_bars, make_rules, make_signals
from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Signals
from tradewright.metrics.summarize import summarize
from tradewright.research.envelope import Envelope, envelope_of

BRACKETS = {"stop_loss": 5.0, "take_profit": 5.0}


def envelope(bars: Bars, signals: Signals, rules: Rules) -> Envelope:
    simulation = simulate(bars, signals, rules)
    metrics = summarize(simulation, bars, fee=rules.fee)

    def reread(intrabar: str) -> dict[str, Any]:
        other = rules.model_copy(update={"intrabar": intrabar})
        return summarize(simulate(bars, signals, other), bars, fee=rules.fee)

    return envelope_of((simulation, metrics), rules.intrabar, reread)


def one_trade(high: float, low: float, **rules: object) -> Envelope:
    """Buy at 100 on bar 1; bar 2 goes from 100 as far as `high` and `low`, and ends at 100."""
    rows = [(100, 100, 100, 100), (100, 101, 99, 100), (100, high, low, 100), (100, 100, 100, 100)]
    return envelope(make_bars(rows), make_signals(4, long_entry=[0]), make_rules(**BRACKETS, **rules))


@pytest.mark.parametrize("intrabar", ["pessimistic", "optimistic", "path"])
def test_envelope_bar_with_both_levels_loses_and_wins(intrabar: str) -> None:
    found = one_trade(106, 94, intrabar=intrabar)
    assert found.ambiguous_bars == 1
    assert found.pair("total_return") == (pytest.approx(-0.05), pytest.approx(0.05))
    assert found.pair("wins") == (0, 1)
    assert found.to_dict()["metrics"]["losses"] == [1, 0]


def test_envelope_bar_with_one_level_is_the_run_itself() -> None:
    found = one_trade(106, 96)
    assert found.ambiguous_bars == 0
    assert found.pair("total_return") == (pytest.approx(0.05), pytest.approx(0.05))
    assert found.differing() == {}


def test_envelope_names_only_what_depends_on_the_reading() -> None:
    differing = one_trade(106, 94).differing()
    assert {"total_return", "win_rate", "final_equity"} <= set(differing)
    assert "trades" not in differing
    assert "initial_cash" not in differing


@given(
    drawn_bars().flatmap(lambda bars: drawn_signals(len(bars)).map(lambda signals: (bars, signals))),
    drawn_rules(),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_readings_agree_until_the_first_ambiguous_bar(market: tuple[Bars, Signals], rules: Rules) -> None:
    """What `envelope_of` relies on: without an ambiguous bar, every reading gives the same fills."""
    bars, signals = market
    runs = {
        how: simulate(bars, signals, rules.model_copy(update={"intrabar": how}))
        for how in ("pessimistic", "optimistic", "path")
    }
    counts = {how: run.counters["ambiguous_bars"] for how, run in runs.items()}
    same = {how: run.fills.tobytes() == runs["pessimistic"].fills.tobytes() for how, run in runs.items()}
    if min(counts.values()) == 0:
        assert set(counts.values()) == {0}
        assert all(same.values())
        assert np.array_equal(runs["optimistic"].equity, runs["pessimistic"].equity)
    else:
        assert not same["optimistic"]
