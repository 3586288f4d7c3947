"""Runs that use every rule there is: drawn by hypothesis, or fast from a seed.

One way of drawing serves both: whatever asks for a choice does not know who makes it (`Source`).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from hypothesis import strategies as st

from tests.drawn_rules import rules_from
from tests.factories import Row, walk_rows
from tradewright.core.bars import Bars
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.columns import measures_of, own_columns_of
from tradewright.engine.rules import Rules
from tradewright.engine.types import (
    ACCOUNT_EVENT,
    DIVIDEND,
    FUNDING,
    NOWHERE,
    SPLIT,
    Floats,
    Signals,
    Surroundings,
)

T = TypeVar("T")
QUARTER = NS_PER_DAY // 4
BAR_KINDS = ("walk", "wild", "grid", "grid")


class Source(Protocol):
    """Who chooses."""

    def pick(self, values: Sequence[T]) -> T: ...

    def seed(self) -> int: ...


class BySeed:
    """Chooses by a random generator: fast, and the same for the same seed."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.random.integers(len(values)))]

    def seed(self) -> int:
        return int(self.random.integers(2**32))


class ByHypothesis:
    """Chooses as hypothesis draws, so that failures shrink."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, values: Sequence[T]) -> T:
        return self.draw(st.sampled_from(list(values)))

    def seed(self) -> int:
        return self.draw(st.integers(0, 2**32 - 1))


class Drawn(NamedTuple):
    """One run."""

    bars: Bars
    signals: Signals
    rules: Rules
    start: int
    surroundings: Surroundings


def run_from(source: Source, kinds: Sequence[str] = BAR_KINDS) -> Drawn:
    """Draw everything that a run is given."""
    return run_over(source, bars_from(source, kinds))


def run_over(source: Source, bars: Bars) -> Drawn:
    """Draw everything that a run over `bars` is given besides."""
    has_volume = bool(bars.volume.any())
    rules = rules_from(source, has_tick=bars.instrument.tick > 0, has_volume=has_volume)
    signals = signals_from(source, bars, rules)
    start = source.pick([0, 0, 0, min(1, len(bars) - 1), len(bars) // 2])
    return Drawn(bars, signals, rules, start, surroundings_from(source, bars, rules))


# --------------------------------------------------------------------------- bars


def bars_from(source: Source, kinds: Sequence[str] = BAR_KINDS) -> Bars:
    """Draw daily bars with volume, now and then with days missing, of an instrument with steps."""
    n = source.pick([30, 30, 40, 60, 40, 12, 4, 2, 1])
    kind = source.pick(kinds)
    random = np.random.default_rng(source.seed())
    rows = _grid_rows(random, n) if kind == "grid" else walk_rows(random, n, 0.01 if kind == "walk" else 0.12)
    table = np.array(rows, np.float64).reshape(-1, 4)
    columns = {name: table[:, i] for i, name in enumerate(("open", "high", "low", "close"))}
    columns["volume"] = _volume(source, random, n)
    steps = np.where(random.random(n) < source.pick([0.0, 0.2]), 3, 1)
    time = np.datetime64("2020-01-01", "ns").astype(np.int64) + NS_PER_DAY * (np.cumsum(steps) - steps[0])
    return Bars(time, columns, timeframe="1d", instrument=_instrument(source))


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


def _volume(source: Source, random: np.random.Generator, n: int) -> Floats:
    volume = np.round(random.uniform(0, source.pick([100.0, 1_000.0, 100_000.0]), n), source.pick([0, 2]))
    volume[random.random(n) < source.pick([0.0, 0.0, 0.2])] = 0.0
    volume[-1] = max(volume[-1], 1.0)
    return volume


def _instrument(source: Source) -> Instrument:
    return Instrument(
        "TEST",
        currency="USD",
        tick=source.pick([0.01, 0.5, 0.0]),
        lot=source.pick([0.0, 0.0, 1.0, 0.5, 0.1, 0.001]),
        minimum_notional=source.pick([0.0, 0.0, 0.0, 10.0, 2_000.0]),
        multiplier=source.pick([1.0, 1.0, 10.0, 0.01]),
    )


# --------------------------------------------------------------------------- signals


def signals_from(source: Source, bars: Bars, rules: Rules) -> Signals:
    """Draw decisions from rare to nearly always, and every column that `rules` read."""
    n = len(bars)
    random = np.random.default_rng(source.seed())
    shares = [source.pick(share) for share in ([0.2, 0.05, 0.6], [0.05, 0.0, 0.2]) * 2]
    flags = [random.random(n) < share for share in shares]
    names = sorted(measures_of(rules)) + own_columns_of(rules)
    columns = {name: _column(name, random, bars) for name in names}
    return Signals(*flags, columns=columns)


def _column(name: str, random: np.random.Generator, bars: Bars) -> Floats:
    n, on_grid = len(bars), bool(np.all(bars.close * 2 == np.round(bars.close * 2)))
    if name.startswith("atr:"):
        values = np.round(random.uniform(0.5, 1.5 if on_grid else 3.0, n) * 2) / 2
    elif name.startswith("volatility:"):
        values = random.uniform(0.0, 1.0, n)
    elif name == "size":
        values = random.choice([1.0, 3.3, 20.0, 500.0, 0.0, -1.0], n, p=[0.3, 0.2, 0.3, 0.1, 0.05, 0.05])
    else:
        values = _price_column(name, random, bars.close)
        values = np.round(values * 2) / 2 if on_grid else values
    values = np.asarray(values, np.float64)
    values[random.random(n) < 0.05] = np.nan
    if ":" in name:
        values[: random.integers(0, 3)] = np.nan
    return values


def _price_column(name: str, random: np.random.Generator, close: Floats) -> Floats:
    """Prices near the close, mostly on the side where the name belongs."""
    what, side = name.split("_")[:2]
    away = random.uniform(-0.01, 0.08, close.size)
    if what == "entry":
        away = random.uniform(-0.04, 0.04, close.size)
    below = (what in {"stop", "trail"}) == (side == "long")
    values = close * (1 - away if below else 1 + away)
    values[random.random(close.size) < 0.01] = -1.0
    return values


# --------------------------------------------------------------------------- surroundings


def surroundings_from(source: Source, bars: Bars, rules: Rules) -> Surroundings:
    """Draw what `rules` need around the bars, and now and then payments and splits."""
    random = np.random.default_rng(source.seed())
    n = len(bars)
    rate_open = rate_close = finer = None
    if rules.currency not in {None, bars.instrument.currency}:
        rate_open, rate_close = _rates(random, n, source.pick([0, 0, 1, 3]), source.pick([0.0, 0.02]))
    if rules.intrabar == "magnified":
        finer = finer_of(bars, random, source.pick([0.0, 0.2]))
    events = _events(random, bars, source.pick([0, 0, 3, 10])) if n > 1 else None
    ends = random.random(n) < 0.2
    given = Surroundings(rate_open, rate_close, ends, events, finer)
    return given if source.pick([True, True, True, False]) or _needed(rules, given) else NOWHERE


def _needed(rules: Rules, given: Surroundings) -> bool:
    session = rules.session_end or rules.entry.lifetime == "session"
    return session or given.rate_open is not None or given.finer is not None


def _rates(random: np.random.Generator, n: int, unknown: int, scale: float) -> tuple[Floats, Floats]:
    """One walk through opens and closes; the first `unknown` of them are not known yet."""
    walk = 0.9 * np.exp(np.cumsum(random.normal(0, scale, 2 * n)))
    walk[: min(unknown, 2 * n)] = np.nan
    return walk[::2].copy(), walk[1::2].copy()


def _events(random: np.random.Generator, bars: Bars, most: int) -> Any:
    rows: list[tuple[int, int, float]] = []
    for _ in range(most):
        j = int(random.integers(len(bars)))
        after = int(
            random.choice([0, 0, 0, QUARTER, 2 * QUARTER, NS_PER_DAY - 1, NS_PER_DAY, NS_PER_DAY + 1])
        )
        reason = int(random.choice([FUNDING, FUNDING, DIVIDEND, SPLIT]))
        values = {FUNDING: [0.001, -0.002, 0.01, 0.2], DIVIDEND: [0.1, 1.0], SPLIT: [2.0, 0.5, 3.0, 1.5]}
        rows.append((int(bars.time[j]) + after, reason, float(random.choice(values[reason]))))
    return np.array(sorted(rows, key=lambda row: row[0]), ACCOUNT_EVENT)


def finer_of(bars: Bars, random: np.random.Generator, missing: float) -> Bars:
    """Draw bars of six hours inside daily ones; together they go as far, and gap in between."""
    times: list[int] = []
    rows: list[tuple[float, float, float, float]] = []
    for time, *four in zip(bars.time, bars.open, bars.high, bars.low, bars.close, strict=True):
        slots = [slot for slot in range(4) if random.random() >= missing]
        if random.random() < missing:
            slots = []
        times += [int(time) + slot * QUARTER for slot in slots]
        rows += _pieces(random, four, len(slots))
    if not rows:
        times, rows = [int(bars.time[0])], _pieces(random, [bars.open[0]] * 4, 1)
    table = np.array(rows, np.float64)
    columns = {name: table[:, i] for i, name in enumerate(("open", "high", "low", "close"))}
    return Bars(np.array(times, np.int64), columns, timeframe="6h", instrument=bars.instrument)


def _pieces(
    random: np.random.Generator, four: Sequence[float], count: int
) -> list[tuple[float, float, float, float]]:
    opening, high, low, close = (float(price) for price in four)
    levels = [opening, *(float(price) for price in random.uniform(low, high, 2 * max(count, 1))), close]
    if random.random() < 0.5:
        levels = [min(high, max(low, round(level * 2) / 2)) for level in levels]
        levels[0] = opening
    tops, bottoms = random.integers(count, size=2) if count else (0, 0)
    pieces: list[tuple[float, float, float, float]] = []
    for i in range(count):
        ends = levels[2 * i], levels[2 * i + 1]
        top = high if i == tops else max(ends)
        bottom = low if i == bottoms else min(ends)
        pieces.append((ends[0], top, bottom, ends[1]))
    return pieces


# --------------------------------------------------------------------------- hypothesis


@st.composite
def drawn_runs(draw: st.DrawFn, kinds: Sequence[str] = BAR_KINDS) -> Drawn:
    """Draw a whole run over every rule there is."""
    return run_from(ByHypothesis(draw), kinds)


@st.composite
def drawn_runs_over(draw: st.DrawFn, bars: Bars) -> Drawn:
    """Draw a whole run over these bars."""
    return run_over(ByHypothesis(draw), bars)


@st.composite
def drawn_rules(draw: st.DrawFn, *, has_tick: bool = True, has_volume: bool = True) -> Rules:
    """Draw rules over every field."""
    return rules_from(ByHypothesis(draw), has_tick=has_tick, has_volume=has_volume)


@st.composite
def drawn_signals(draw: st.DrawFn, bars: Bars, rules: Rules) -> Signals:
    """Draw signals with the columns that `rules` read."""
    return signals_from(ByHypothesis(draw), bars, rules)


@st.composite
def drawn_surroundings(draw: st.DrawFn, bars: Bars, rules: Rules) -> Surroundings:
    """Draw what lies around `bars`."""
    return surroundings_from(ByHypothesis(draw), bars, rules)
