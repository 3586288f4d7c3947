"""Combinations of a sweep score what each measures when it is run by itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents import block, document, on, price, walking_bars, when
from tests.drawn import BySeed
from tests.swept.scores import compare, least_memory, scored, scorer_of
from tests.swept.subjects import HOUR, Asked, Axes, Means, Older, OwnAtr, Sweep, drawn_sweep, moment
from tradewright.core.bars import Bars
from tradewright.core.resample import resample
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.metrics.streamed import STREAMED
from tradewright.research.around.world import World, world_of
from tradewright.research.backtest import Question

seeds = st.integers(0, 2**32 - 1)
QUARTERS = walking_bars(260 * 4, "15m", HOUR // 4)
HOURS = resample(QUARTERS, "1h")


@pytest.mark.slow
@settings(max_examples=60)
@given(seeds)
def test_drawn_sweeps_score_as_their_single_runs(seed: int) -> None:
    assert compare(drawn_sweep(BySeed(np.random.default_rng(seed)))) == []


@pytest.mark.campaign
@settings(max_examples=5_000)
@given(seeds)
def test_many_drawn_sweeps_score_as_their_single_runs(seed: int) -> None:
    assert compare(drawn_sweep(BySeed(np.random.default_rng(seed)))) == []


# ------------------------------------------------------------------ by hand


def sweep_of(source: Any, axes: Axes, own: set[str], bars: Bars = HOURS, **more: Any) -> Sweep:
    """Return a sweep of every combination of `axes`."""
    sizes = [len(values) for values in axes.values()]
    numbers = np.unravel_index(np.arange(int(np.prod(sizes))), sizes)
    index = {name: np.ascontiguousarray(at, np.int64) for name, at in zip(axes, numbers, strict=True)}
    question = Question(more.pop("rules", {}), **more.pop("question", {}))
    usual: dict[str, Any] = {"params": {}, "metrics": tuple(STREAMED), "memory": 500_000_000}
    return Sweep(
        source,
        bars=bars,
        question=question,
        axes=axes,
        index=index,
        parameters=frozenset(own),
        **usual | more,
    )


PAIRS: Axes = {"fast": [3, 5, 8], "slow": [10, 20, 30]}
OWN = {"fast", "slow"}


def test_pairs_with_levels_go_from_event_to_event_and_score_the_same() -> None:
    axes = {**PAIRS, "stop_loss": [None, 1.0, "1.5atr"], "take_profit": [None, 2.0]}
    sweep = sweep_of("ma_crossover", axes, OWN, rules={"direction": "both", "fee": 0.0005})
    assert compare(sweep, every=True) == []
    assert scored(sweep).fallbacks == {}


@pytest.mark.parametrize("name", ["direction", "rules.direction"])
def test_sides_are_mirrored_whatever_their_axis_is_called(name: str) -> None:
    sweep = sweep_of("ma_crossover", {"fast": [3, 8], name: ["long", "short", "both"]}, {"fast"})
    assert compare(sweep, every=True) == []
    assert len(set(scored(sweep).metrics["final_equity"].tolist())) == 6


def test_combinations_that_are_not_asked_for_need_not_be_possible() -> None:
    between = [{"parameter": "low"}, {"parameter": "high"}]
    raw = document(
        block(on("rsi", "between", between, period=5)),
        parameters={name: {"type": "float", "default": at} for name, at in (("low", 30.0), ("high", 60.0))},
    )
    sweep = sweep_of(raw, {"low": [70.0, 20.0], "high": [40.0, 80.0]}, {"low", "high"})
    asked = sweep._replace(index={"low": np.array([0, 1, 1]), "high": np.array([1, 0, 1])})
    assert compare(asked, every=True) == []
    assert scored(asked).metrics["trades"].size == 3


WAYS: list[tuple[str, dict[str, Any], str]] = [
    ("resting entries", {"entry": "limit:0.5%"}, "entry"),
    ("fills at the close", {"fill_on": "close"}, "fill_on"),
    ("adding", {"pyramiding": 2, "sizing": "equity:0.3"}, "pyramiding"),
    ("kelly", {"sizing": "kelly:0.5"}, "sizing"),
    ("sizes of the decision", {"size_on": "decision"}, "size_on"),
    ("volume", {"participation": 0.5}, "participation"),
    ("costs of impact", {"impact": 0.1}, "impact"),
    ("borrowing", {"borrow_rate": 0.1, "leverage": 3.0}, "borrow_rate"),
    ("several targets", {"take_profit": "1%:0.5, 2%:0.5"}, "take_profit"),
    ("a later trail", {"trailing": "1% after 1%"}, "trailing"),
    ("chandelier", {"trailing": "chandelier:2"}, "trailing"),
    ("break-even", {"break_even": "0.5%", "stop_loss": 1.0}, "break_even"),
    ("slippage by range", {"slippage_atr": 0.1}, "slippage_atr"),
]


@pytest.mark.parametrize(("rules", "why"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_what_goes_bar_by_bar_is_counted_and_scores_the_same(rules: dict[str, Any], why: str) -> None:
    sweep = sweep_of("ma_crossover", {"fast": [3, 8], "time_stop": [None, 20]}, {"fast"}, rules=rules)
    assert compare(sweep, every=True) == []
    assert scored(sweep).fallbacks == {why: 4}


def test_some_of_a_sweep_may_go_bar_by_bar_and_the_rest_not() -> None:
    axes = {
        "fast": [3, 8],
        "break_even": [None, "0.5%"],
        "entry": ["market", "limit:0.5%"],
        "trailing": [None, 2.0],
    }
    sweep = sweep_of("ma_crossover", axes, {"fast"})
    assert compare(sweep, every=True) == []
    assert sum(scored(sweep).fallbacks.values()) == 12  # of 16


def rates(bars: Bars) -> Bars:
    close = 0.9 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, len(bars))))
    columns = dict.fromkeys(("open", "high", "low", "close"), close)
    return Bars(bars.time, columns, timeframe=bars.timeframe, instrument="USD/EUR")


def paid(kind: str, value: float) -> World:
    at = [np.datetime64(int(HOURS.time[j]) + 1, "ns") for j in (60, 120)]
    return world_of(payments={kind: [(time, value) for time in at]})


AROUND: dict[str, tuple[World, dict[str, Any], str]] = {
    "currency": (World(rates=rates(HOURS)), {"currency": "EUR"}, "currency"),
    "funding": (paid("funding", 0.01), {}, "account events"),
    "dividends": (paid("dividends", 0.5), {}, "account events"),
    "splits": (paid("splits", 2.0), {}, "account events"),
    "magnified": (
        World(finer=walking_bars(260 * 4, "15m", HOUR // 4)),
        {"intrabar": "magnified"},
        "intrabar",
    ),
}


@pytest.mark.parametrize("name", AROUND)
def test_what_lies_around_the_bars_is_seen_in_every_combination(name: str) -> None:
    world, rules, why = AROUND[name]
    axes: Axes = {"fast": [3, 8], "stop_loss": [1.0, "1.5atr"]}
    sweep = sweep_of("ma_crossover", axes, {"fast"}, rules=rules, question={"world": world})
    assert compare(sweep, every=True) == []
    assert scored(sweep).fallbacks == {why: 4}


@pytest.mark.parametrize("metric", ["k_ratio", "alpha", "var_95", "esi", "ulcer_index"])
def test_a_metric_that_sums_do_not_tell_is_measured_from_the_curve(metric: str) -> None:
    sweep = sweep_of("ma_crossover", {"fast": [3, 8]}, {"fast"}, metrics=(*STREAMED, metric))
    assert compare(sweep, every=True) == []
    assert scored(sweep).fallbacks == {f"metric {metric}": 2}


PYTHON: list[tuple[Any, Axes, set[str], dict[str, Any]]] = [
    (Means, {"fast": [2, 5], "slow": [8, 20], "direction": ["long", "short", "both"]}, {"fast", "slow"}, {}),
    (Means, {"fast": [2, 5], "take_profit": [1.0, "2atr"]}, {"fast"}, {"stop_loss": "column"}),
    (OwnAtr, {"wide": [0.5, 2.0], "stop_loss": ["1atr", "2atr", 1.0]}, {"wide"}, {"take_profit": "2atr"}),
    (Asked, {"period": [3, 8], "stop_loss": [None, 1.0]}, {"period"}, {}),
    (Older, {"fee": [0.0, 0.001], "direction": ["long", "both"]}, set(), {}),
]


@pytest.mark.parametrize(("source", "axes", "own", "rules"), PYTHON)
def test_strategies_in_python_score_the_same(
    source: Any, axes: Axes, own: set[str], rules: dict[str, Any]
) -> None:
    sweep = sweep_of(source, axes, own, rules=rules)
    assert compare(sweep, every=True) == []
    events = {"a strategy that decides by its account": sweep.count}
    assert scored(sweep).fallbacks == (events if source is Asked else {})


LOOKBACKS = document(
    block(on("rsi", "<", {"parameter": "level"}, period=5, withinLast={"parameter": "back"})),
    block(
        when(price("close"), ">", price("close", shift=1), for_last={"parameter": "back"}), role="longExit"
    ),
    parameters={"level": {"type": "float", "default": 40.0}, "back": {"type": "int", "default": 2}},
    marketContext={"session": "London"},
)


def test_memory_for_few_columns_only_makes_more_pieces() -> None:
    axes: Axes = {"fast": list(range(2, 12)), "slow": list(range(12, 30)), "stop_loss": [None, 1.0]}
    whole = sweep_of("ma_crossover", axes, OWN)
    small = whole._replace(memory=least_memory(whole))
    for metric, values in scored(whole).metrics.items():
        assert scored(small).metrics[metric].tobytes() == values.tobytes(), metric


def test_a_combination_scores_the_same_bits_whatever_it_is_scored_with() -> None:
    axes = {
        **PAIRS,
        "stop_loss": [None, 1.0],
        "entry": ["market", "limit:0.5%"],
        "direction": ["long", "both"],
    }
    sweep = sweep_of("ma_crossover", axes, OWN)
    whole = scored(sweep).metrics
    random = np.random.default_rng(0)
    for rows in ([0], [5, 4, 3], random.permutation(sweep.count), random.integers(0, sweep.count, 30)):
        part = scored(sweep, np.asarray(rows)).metrics
        for metric in sweep.metrics:
            assert part[metric].tobytes() == whole[metric][rows].tobytes(), metric


@pytest.mark.parametrize("memory", ["plenty", "least"])
def test_threads_on_one_scorer_score_the_same_bits(memory: str) -> None:
    axes: Axes = {"fast": list(range(2, 12)), "slow": list(range(12, 24))}
    axes["stop_loss"] = [None, "1atr", "2atr(5)"]
    sweep = sweep_of("ma_crossover", axes, OWN)
    whole = scored(sweep).metrics
    sweep = sweep if memory == "plenty" else sweep._replace(memory=least_memory(sweep))
    scorer = scorer_of(sweep).over(sweep.axes)
    pieces = np.array_split(np.random.default_rng(0).permutation(sweep.count), 23)
    parts = [{name: at[rows] for name, at in sweep.index.items()} for rows in pieces]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(scorer.score, parts))
    for rows, part in zip(pieces, found, strict=True):
        for metric in sweep.metrics:
            assert part.metrics[metric].tobytes() == whole[metric][rows].tobytes(), metric


@pytest.mark.parametrize("timeframe", ["1d", "1h", "1m", "1w"])
@pytest.mark.parametrize("question", [{}, {"risk_free": 0.05}, {"risk_free": -0.03}])
def test_every_length_of_bars_and_risk_free_return_score_the_same(
    timeframe: str, question: dict[str, Any]
) -> None:
    span = {"1d": NS_PER_DAY, "1h": HOUR, "1m": HOUR // 60, "1w": 7 * NS_PER_DAY}[timeframe]
    bars = walking_bars({"1m": 4_000}.get(timeframe, 450), timeframe, span)
    for start, end in ((None, None), (70, 300), (64, None)):
        window = {name: moment(bars, at) for name, at in (("start", start), ("end", end)) if at is not None}
        axes: Axes = {"fast": [3, 8], "stop_loss": [None, 0.5]}
        assert (
            compare(sweep_of("ma_crossover", axes, {"fast"}, bars, question=question | window), every=True)
            == []
        )


def test_lookbacks_and_sessions_score_the_same() -> None:
    axes: Axes = {"level": [30.0, 45.0, 60.0], "back": [1, 2, 3, 70, 500]}
    assert compare(sweep_of(LOOKBACKS, axes, {"level", "back"}), every=True) == []


def days(close: Any) -> Bars:
    """Return days that stand still at each of these prices."""
    columns = dict.fromkeys(("open", "high", "low", "close"), close)
    return Bars(NS_PER_DAY * np.arange(close.size), columns, timeframe="1d", instrument="TEST")


ALWAYS = document(block(when(price("close"), ">", 1.0)))


@pytest.mark.parametrize(
    ("bars", "mean", "noise"),
    [
        *[(2_000, 0.01, noise) for noise in (1e-4, 3e-4, 1e-3, 1e-2)],
        (20_000, 0.001, 3.3e-5),
        (100_000, 1e-4, 3.3e-6),
    ],
)
def test_returns_that_hardly_vary_are_told_to_nine_digits(bars: int, mean: float, noise: float) -> None:
    """Sums of powers lose digits where the mean outweighs what varies about it."""
    steps = mean + noise * np.random.default_rng(0).normal(0, 1, bars)
    axes: Axes = {"fee": [0.0, 0.001], "leverage": [1.0, 0.5]}
    assert compare(sweep_of(ALWAYS, axes, set(), days(100 * np.exp(np.cumsum(steps)))), every=True) == []


def test_trades_that_hardly_vary_are_told_to_nine_digits() -> None:
    """Every trade makes nearly the same: what varies about the mean is a millionth of it, or less."""
    for noise in (1e-2, 1e-4, 1e-5):
        close = 1_000 + np.cumsum(1 + noise * np.random.default_rng(1).normal(0, 1, 2_000))
        axes: Axes = {"time_stop": [2, 4], "sizing": ["quantity:1", "quantity:0.3"]}
        sweep = sweep_of(ALWAYS, axes, set(), days(close), rules={"fee": 0.0}, metrics=("sqn",))
        assert compare(sweep, every=True) == []
        assert scored(sweep).fallbacks == ({"digits": 4} if noise < 1e-3 else {})


def test_prices_that_stand_still_leave_undefined_what_a_single_run_leaves_undefined() -> None:
    for rules in ({}, {"time_stop": 3}, {"close_at_end": True}):
        axes: Axes = {"fee": [0.0, 0.001], "cash": [1_000.0, 3_333.3]}
        assert (
            compare(sweep_of(ALWAYS, axes, set(), days(np.full(200, 100.0)), rules=rules), every=True) == []
        )
