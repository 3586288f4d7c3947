"""Bars, signals and rules for tests of the engine: written out by hand, or drawn by hypothesis."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from tradewright.core.bars import Bars
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.rules import Direction, Level, Rules, Sizing
from tradewright.engine.types import Signals

Row = Sequence[float]

# --------------------------------------------------------------------------- by hand


def make_bars(rows: Iterable[Row], **instrument: Any) -> Bars:
    """Return daily bars from rows of open, high, low, close; 2020-01-01 is the first."""
    table = np.array(list(rows), dtype=np.float64).reshape(-1, 4)
    time = np.datetime64("2020-01-01", "ns").astype(np.int64) + NS_PER_DAY * np.arange(len(table))
    names: tuple[str, ...] = ("open", "high", "low", "close")
    columns: dict[str, Any] = dict(zip(names, table.T, strict=True))
    return Bars(
        time, columns, timeframe="1d", instrument=Instrument("TEST", **{"currency": "USD", **instrument})
    )


def flat_bars(*prices: float, **instrument: Any) -> Bars:
    """Return bars that stand still at each of `prices`: open, high, low and close are the same."""
    return make_bars([(p, p, p, p) for p in prices], **instrument)


def make_signals(
    n: int,
    *,
    long_entry: Sequence[int] = (),
    long_exit: Sequence[int] = (),
    short_entry: Sequence[int] = (),
    short_exit: Sequence[int] = (),
    atr: Sequence[float] | None = None,
) -> Signals:
    """Return signals of `n` bars that are true at the bars named; `atr` serves stop and target."""
    column = None if atr is None else np.array(atr, dtype=np.float64)
    return Signals(
        long_entry=_flags(n, long_entry),
        long_exit=_flags(n, long_exit),
        short_entry=_flags(n, short_entry),
        short_exit=_flags(n, short_exit),
        atr_stop=column,
        atr_target=column,
    )


def make_rules(**changes: Any) -> Rules:
    """Return rules without costs, changed as asked."""
    return Rules.model_validate({"fee": 0.0, **changes})


def _flags(n: int, true_at: Sequence[int]) -> npt.NDArray[np.bool_]:
    flags = np.zeros(n, dtype=np.bool_)
    flags[list(true_at)] = True
    return flags


def with_extreme_at(bars: Bars, bar: int, price: float) -> Bars:
    """Return `bars` whose bar `bar` goes exactly as far as `price`, or opens there if that is within."""
    columns = {name: bars.columns[name].copy() for name in ("open", "high", "low", "close")}
    body = columns["open"][bar], columns["close"][bar]
    name = "low" if price <= min(body) else "high" if price >= max(body) else "open"
    columns[name][bar] = price
    return Bars(bars.time, columns, timeframe=bars.timeframe, instrument=bars.instrument)


@cache
def real_bars(symbol: str) -> Bars:
    """Return years of daily bars of AAPL, FB, GOOG, IBM or MSFT; rows that break OHLC are left out."""
    from bokeh_sampledata import stocks

    table: Mapping[str, Any] = getattr(stocks, symbol)
    names = ("open", "high", "low", "close")
    columns = {name: np.array(table[name], dtype=np.float64) for name in names}
    sound = (np.minimum(columns["open"], columns["close"]) >= columns["low"]) & (
        np.maximum(columns["open"], columns["close"]) <= columns["high"]
    )
    time = np.array(table["date"], dtype="datetime64[ns]").astype(np.int64)
    return Bars(time[sound], {k: v[sound] for k, v in columns.items()}, timeframe="1d", instrument=symbol)


# --------------------------------------------------------------------------- by hypothesis

BAR_KINDS = ("walk", "wild", "grid")


@st.composite
def drawn_bars(draw: st.DrawFn, kinds: Sequence[str] = BAR_KINDS, longest: int = 60) -> Bars:
    """Draw bars: a gentle walk, a wild one with gaps, or a half-integer grid where ties abound."""
    n = draw(st.sampled_from([longest, longest, longest // 2, longest // 2, 12, 4, 2, 1]))
    kind = draw(st.sampled_from(list(kinds)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = _grid_rows(random, n) if kind == "grid" else walk_rows(random, n, 0.01 if kind == "walk" else 0.12)
    instrument = {
        "lot": draw(st.sampled_from([0.0, 0.0, 1.0, 0.5, 0.1, 0.001])),
        "minimum_notional": draw(st.sampled_from([0.0, 0.0, 10.0, 2_000.0])),
        "multiplier": draw(st.sampled_from([1.0, 1.0, 10.0, 0.01])),
    }
    return make_bars(rows, **instrument)


def walk_rows(random: np.random.Generator, n: int, scale: float) -> list[Row]:
    rows: list[Row] = []
    price = 100.0
    for _ in range(n):
        opening = price * math.exp(random.normal(0, scale / 2))
        close = opening * math.exp(random.normal(0, scale))
        high = max(opening, close) * math.exp(abs(random.normal(0, scale / 2)))
        low = min(opening, close) * math.exp(-abs(random.normal(0, scale / 2)))
        rows.append((opening, high, low, close))
        price = close
    return rows


def _grid_rows(random: np.random.Generator, n: int) -> list[Row]:
    """Prices on a small half-integer grid: opens, extremes and levels coincide all the time."""
    rows: list[Row] = []
    centre = 20
    for _ in range(n):
        centre = int(np.clip(centre + random.integers(-2, 3), 6, 40))
        four = sorted(int(v) for v in centre + random.integers(-3, 4, size=4))
        opening, close = (four[int(i)] for i in random.integers(0, 4, size=2))
        rows.append((opening / 2, four[3] / 2, four[0] / 2, close / 2))
    return rows


@st.composite
def drawn_signals(draw: st.DrawFn, n: int) -> Signals:
    """Draw signals of `n` bars, from rare to nearly always true, and an ATR with a warm-up."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shares = [draw(st.sampled_from(share)) for share in ([0.2, 0.05, 0.6], [0.05, 0.0, 0.2]) * 2]
    flags = [random.random(n) < share for share in shares]
    atr = np.where(random.random(n) < 0.05, np.nan, np.round(random.uniform(0.5, 3.0, n) * 2) / 2)
    atr[: draw(st.integers(0, 3))] = np.nan
    return Signals(*flags, atr_stop=atr, atr_target=np.roll(atr, 1))


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


_percents = st.sampled_from([5.0, 2.5, 10.0, 1.0, 2.0, 20.0, 50.0, 0.5, 0.01])
_stops = st.one_of(
    st.builds(Level, value=_percents),
    st.builds(Level, value=_percents),
    st.builds(Level, value=st.sampled_from([2.0, 1.0, 0.5, 30.0]), unit=st.just("atr")),
    st.builds(Level, value=st.sampled_from([9.0, 9.5, 95.0, 100.0, 11.0]), unit=st.just("price"))
    | st.builds(Level, value=_percents),
)
_directions: st.SearchStrategy[Direction] = st.sampled_from(get_args(Direction)[::-1])
_far_targets = st.builds(Level, value=st.sampled_from([150.0]))  # a short cannot gain as much
_r_targets = st.builds(Level, value=st.sampled_from([0.5, 1.0, 2.0, 3.0]), unit=st.just("r"))
_sizings = st.one_of(
    st.just(Sizing()),
    st.builds(Sizing, kind=st.just("quantity"), value=st.sampled_from([0.3, 1.0, 50.0, 5_000.0])),
    st.builds(Sizing, kind=st.just("cash"), value=st.sampled_from([500.0, 2_000.0, 10_000.0, 30_000.0])),
    st.builds(Sizing, kind=st.just("equity"), value=st.sampled_from([0.1, 0.5, 1.0])),
)
_risk_sizings = st.builds(Sizing, kind=st.just("risk"), value=st.sampled_from([0.01, 0.05, 0.5]))


@st.composite
def drawn_rules(draw: st.DrawFn) -> Rules:
    """Draw rules over every combination that `Rules` allows."""
    stop, trailing = draw(_maybe(_stops)), draw(_maybe(_percents))
    has_stop = stop is not None or trailing is not None
    direction = draw(_directions)
    targets = _stops if direction == "short" else _stops | _far_targets
    target = draw(_maybe(targets | _r_targets if has_stop else targets))
    sizing = draw(_sizings | _risk_sizings if has_stop else _sizings)
    return Rules(
        direction=direction,
        cash=10_000.0,
        fee=draw(st.sampled_from([0.0, 0.001, 0.02])),
        slippage=draw(st.sampled_from([0.0, 0.0005, 0.01])),
        half_spread=draw(st.sampled_from([0.0, 0.0, 0.01, 0.5])),
        leverage=draw(st.sampled_from([1.0, 0.5, 2.0, 10.0, 100.0])),
        maintenance_margin=draw(st.sampled_from([0.0, 0.005, 0.1])),
        sizing=sizing,
        size_on=draw(st.sampled_from(["fill", "decision"])),
        fill_on=draw(st.sampled_from(["next_open", "close"])),
        intrabar=draw(st.sampled_from(["pessimistic", "optimistic", "path"])),
        on_opposite=draw(st.sampled_from(["reverse", "exit", "ignore"])),
        stop_loss=stop,
        take_profit=target,
        trailing=trailing,
        time_stop=draw(_maybe(st.sampled_from([1, 2, 3, 10]))),
        close_at_end=draw(st.booleans()),
        tie_tolerance=draw(st.sampled_from([1e-11, 1e-11, 0.0])),
    )
