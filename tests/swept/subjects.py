"""Sweeps to score: strategies of every kind, bars, rules around them, axes and combinations of these."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

import tradewright as tw
from tests.documents import block, document, on, price, walking_bars, when
from tests.drawn import Source
from tests.parametric import NAMES, ODD, USUAL, Drawing
from tests.swept.fills import bars_from
from tradewright.core.bars import Bars
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.types import Signals
from tradewright.metrics.streamed import STREAMED
from tradewright.research.around.world import World, world_of
from tradewright.research.backtest import Question
from tradewright.strategy.catalog import builtin_document, builtin_ids
from tradewright.strategy.indicators import crosses_above, crosses_below, indicator
from tradewright.strategy.parametric.declared import without_constraints
from tradewright.strategy.python_strategy import Strategy, StrategyParams

HOUR = NS_PER_DAY // 24
Axes = dict[str, list[Any]]


class Sweep(NamedTuple):
    """A sweep, and some of its combinations."""

    source: Any
    params: dict[str, Any]
    bars: Bars
    question: Question
    metrics: tuple[str, ...]
    axes: Axes
    index: dict[str, npt.NDArray[np.int64]]
    memory: int
    parameters: frozenset[str]

    @property
    def count(self) -> int:
        return len(next(iter(self.index.values())))

    def values(self, row: int) -> dict[str, Any]:
        """Return the value of each axis in a combination."""
        return {name: values[self.index[name][row]] for name, values in self.axes.items()}


# ------------------------------------------------------------------ strategies


class Means(Strategy):
    """Decides with arrays, on both sides, and brings prices of its own."""

    rules: ClassVar[dict[str, Any]] = {"stop_loss": 3.0}

    class Params(StrategyParams):
        fast: int = Field(5, ge=1)
        slow: int = Field(12, ge=2)

    def signals(self, bars: Bars, p: Any) -> Signals:
        fast, slow = (indicator("sma", bars, period=n) for n in (p.fast, p.slow))
        up, down = crosses_above(fast, slow), crosses_below(fast, slow)
        columns = {"stop_long": bars.close * 0.97, "stop_short": bars.close * 1.03}
        return Signals(up, down, down, up, columns=columns)


class OwnAtr(Strategy):
    """Brings an ATR of its own for stops."""

    class Params(StrategyParams):
        wide: float = Field(1.0, gt=0)

    def signals(self, bars: Bars, p: Any) -> Signals:
        rising = bars.close > bars.open
        return Signals(rising, ~rising, atr_stop=p.wide * (bars.high - bars.low) + 0.5)


class Asked(tw.EventStrategy):
    """Decides bar by bar."""

    class Params(StrategyParams):
        period: int = Field(5, ge=2)

    def init(self) -> None:
        self.mean = self.indicator("sma", period=self.p.period)

    def on_bar(self, ctx: Any) -> None:
        if ctx.position == 0 and ctx.close > ctx.mean:
            ctx.buy()
        elif ctx.position > 0 and ctx.close < ctx.mean:
            ctx.exit()


class Older:
    """An older class."""

    def __init__(self, period: int = 3) -> None:
        self.period = period

    def generate_signals(self, frame: Any) -> list[int]:
        close = frame["close"].to_numpy()
        move = np.sign(np.diff(close, prepend=close[0])).astype(int)
        return [int(step) if i % self.period == 0 else 0 for i, step in enumerate(move)]


PYTHON: Mapping[Any, Axes] = {
    Means: {"fast": [2, 3, 5], "slow": [8, 12, 20]},
    OwnAtr: {"wide": [0.5, 1.0, 2.0]},
    Asked: {"period": [3, 8]},
    Older: {},
}


class SourceDrawing(Drawing):
    """Draws documents as a Source chooses."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.types: dict[str, str] = {}

    def pick(self, *choices: Any) -> Any:
        return self.source.pick(choices)


def drawn_document(source: Source) -> tuple[dict[str, Any], Axes]:
    """Draw a document with parameters in many places, and their values."""
    raw = SourceDrawing(source).whole()
    text = repr({key: value for key, value in raw.items() if key != "parameters"})
    used = [name for name in raw["parameters"] if f"{{'parameter': '{name}'}}" in text]
    raw["parameters"] = {name: {**raw["parameters"][name], "default": _default(name)} for name in used}
    axes: Axes = {}
    for name in sorted(used):
        suits = next(kind for kind, names in NAMES.items() if name in names)
        some = [USUAL[suits]] * 15 + [ODD[suits]]
        axes[name] = [source.pick(source.pick(some)) for _ in range(source.pick([1, 2, 4]))]
    return raw, axes


def _default(name: str) -> float:
    suits = next(kind for kind, names in NAMES.items() if name in names)
    return {"period": 5, "few": 1, "fraction": 0.5, "number": 2.0}[suits]


def built_in(source: Source) -> tuple[dict[str, Any], Axes]:
    """Return a built-in strategy, and values around the usual ones of some of its parameters."""
    raw = without_constraints(builtin_document(source.pick(builtin_ids())))
    axes: Axes = {}
    for name, declared in raw["parameters"].items():
        low, high, step = declared["sweep"]
        values = np.arange(low, high + step / 2, step).tolist()
        kind = int if declared["type"] == "int" else float
        some = [*values[:4], *values[:4], *values]
        few = [kind(source.pick(some)) for _ in range(source.pick([1, 2, 3, 4]))]
        if source.pick([True, True, False]):
            axes[name] = few
    return raw, axes


def on_hours(source: Source) -> tuple[dict[str, Any], Axes]:
    """Return a document that looks at longer bars, sessions, filters and prices of its own."""
    pick = source.pick
    frame = pick(["4h", "1d", "2h"])
    up = when(price("close"), ">", price("open", timeframe=frame, shift={"parameter": "back"}))
    blocks = [
        block(on("rsi", pick(["<", "crosses_above"]), {"parameter": "level"}, period={"parameter": "m"})),
        block(up, role="longExit"),
        block(on("sma", pick(["rising", "falling"]), period=3, timeframe=frame), role="filter"),
        block(up, role="shortEntry"),
        block(when(price("low"), "between", [price("low", shift=1), {"parameter": "top"}]), role="shortExit"),
    ]
    kept = [blocks[0], *(part for part in blocks[1:] if pick([True, False]))]
    sections: dict[str, Any] = {}
    if pick([True, False]):
        sections["marketContext"] = {"session": pick(["London", "New York", "Tokyo"])}
    if pick([True, False]):
        below = {"percentBelow": {"parameter": "away"}, "of": price("low", shift={"parameter": "back"})}
        sections["exit"] = {"stopLoss": {"operand": below}, "takeProfit": pick([1.0, {"parameter": "away"}])}
    values: dict[str, list[Any]] = {"back": [0, 1, 3], "level": [30.0, 45.0, 60.0], "m": [5, 9, 14]}
    values |= {"top": [99.0, 101.5], "away": [0.5, 1.0, 2.5]}
    text = repr((kept, sections))
    used = {name: some for name, some in values.items() if f"'parameter': '{name}'" in text}
    declared = {
        name: {"type": "int" if name in {"back", "m"} else "float", "default": some[0]}
        for name, some in used.items()
    }
    return document(*kept, **sections, parameters=declared), used


def python(source: Source) -> tuple[Any, Axes]:
    """Return a strategy in Python, of any kind, and values of its parameters."""
    kind = source.pick(list(PYTHON))
    return kind, dict(PYTHON[kind])


KINDS: Sequence[Callable[[Source], tuple[Any, Axes]]] = [built_in, built_in, drawn_document, on_hours, python]

# ------------------------------------------------------------------ rules

KELLY = "kelly:0.5"
RULES: Axes = {
    "stop_loss": [None, 2.0, 1.0, 5.0, "1.5atr", "2atr(5)", "price:95"],
    "take_profit": [None, 4.0, 1.0, "2atr", "3%", "2%:0.5, 4%:0.5"],
    "trailing": [None, 2.0, 5.0, "2atr", "chandelier:3", "3% after 1%"],
    "time_stop": [None, 1, 3, 10],
    "fee": [0.0, 0.001, 0.01],
    "slippage": [0.0, 0.0005],
    "half_spread": [0.0, 0.02],
    "maker_fee": [None, 0.0, -0.0002],
    "fee_per_order": [0.0, 1.0],
    "fee_minimum": [0.0, 2.0],
    "leverage": [1.0, 0.5, 3.0, 100.0],
    "maintenance_margin": [0.0, 0.05],
    "cash": [10_000.0, 1_000.0],
    "direction": ["long", "short", "both"],
    "on_opposite": ["reverse", "exit", "ignore"],
    "intrabar": ["pessimistic", "optimistic", "path"],
    "limit_fill": ["touch", "through"],
    "sizing": ["all-in", "cash:2000", "quantity:3", "equity:0.5", "atr:0.01(5)", "volatility:0.2", KELLY],
    "close_at_end": [False, True],
    "break_even": [None, "1%"],
    "fill_on": ["next_open", "close"],
    "entry": ["market", "limit:1%", "stop:0.5%"],
    "pyramiding": [0, 1],
    "borrow_rate": [0.0, 0.05],
    "size_on": ["fill", "decision"],
}
# Most runs should go from event to event.
SLOW = {"break_even", "fill_on", "entry", "pyramiding", "borrow_rate", "size_on"}
INSIDE: Axes = {
    "stop_loss.value": [1.0, 2.0, 4.0],
    "take_profit.value": [1.0, 3.0],
    "rules.fee": [0.0, 0.002],
    "sizing.value": [0.1, 0.5],
}
BASES: Axes = {"stop_loss.value": [{"stop_loss": 1.0}, {"stop_loss": "2atr"}]}
BASES |= {"take_profit.value": [{"take_profit": 1.0}, {"take_profit": "2atr"}]}
BASES |= {"sizing.value": [{"sizing": "equity:0.5"}, {"sizing": "cash:500"}], "rules.fee": [{}]}


def rules_and_axes(source: Source) -> tuple[dict[str, Any], Axes]:
    """Draw rules that all combinations share, and others that they differ in."""
    pick = source.pick
    quick = [name for name in RULES if name not in SLOW]
    given: dict[str, Any] = {}
    for _ in range(pick([0, 1, 3, 6])):
        name = pick(quick if pick([True] * 9 + [False]) else list(RULES))
        given[name] = pick([value for value in RULES[name] if value is not None])
    axes: Axes = {}
    for _ in range(pick([0, 1, 2, 3])):
        name = pick(quick if pick([True] * 5 + [False]) else list(RULES))
        axes[name] = RULES[name] if pick([True, False]) else [pick(RULES[name]) for _ in range(2)]
        given.pop(name, None)
    if pick([False] * 9 + [True]):
        given["tie_tolerance"] = pick([0.0, 1e-6])
    if pick([False, False, True]):
        name = pick(list(INSIDE))
        if name.removeprefix("rules.").split(".")[0] not in axes:
            axes[name] = INSIDE[name]
            given |= pick(BASES[name])
    return given, axes


# ------------------------------------------------------------------ bars and the world


def drawn_bars(source: Source) -> Bars:
    """Draw bars of a day, an hour or a minute; those of a day also wild, still or on a grid."""
    kind = source.pick(["1d", "drawn", "drawn", "1h", "1h", "1m"])
    if kind == "drawn":
        return bars_from(source)
    n = source.pick([60, 130, 257, 400])
    span = {"1d": NS_PER_DAY, "1h": HOUR, "1m": HOUR // 60}[kind]
    return walking_bars(n * (8 if kind == "1m" else 1), kind, span, source.seed() % 1_000)


def drawn_world(source: Source, bars: Bars) -> tuple[World, dict[str, Any]]:
    """Draw what lies around the bars, mostly nothing, and the rules that this needs."""
    match source.pick([None] * 12 + ["funding", "dividends", "splits", "currency"]):
        case "funding" | "dividends" | "splits" as kind:
            at = [int(bars.time[j]) + 1 for j in (len(bars) // 3, len(bars) // 2)]
            value = {"funding": 0.001, "dividends": 0.2, "splits": 2.0}[kind]
            pairs = list(zip([np.datetime64(t, "ns") for t in dict.fromkeys(at)], [value] * 2, strict=False))
            return world_of(payments={kind: pairs}), {}
        case "currency":
            random = np.random.default_rng(source.seed())
            close = 0.9 * np.exp(np.cumsum(random.normal(0, 0.01, len(bars))))
            columns = dict.fromkeys(("open", "high", "low", "close"), close)
            rates = Bars(bars.time, columns, timeframe=bars.timeframe, instrument="USD/EUR")
            return World(rates=rates), {"currency": "EUR"}
        case _:
            return World(), {}


def moment(bars: Bars, j: int) -> str:
    """Return when a bar opens, as a caller writes it."""
    return str(np.datetime64(int(bars.time[j]), "ns").astype("datetime64[s]"))


def window(source: Source, bars: Bars) -> dict[str, Any]:
    """Draw the first and last time to trade."""
    found: dict[str, Any] = {}
    if source.pick([True, False, False]):
        found["start"] = moment(bars, len(bars) // 3)
    if source.pick([True, False, False]):
        found["end"] = moment(bars, min(len(bars) - 1, max(len(bars) - 3, len(bars) * 5 // 6)))
    return found


# ------------------------------------------------------------------ whole


def drawn_sweep(source: Source) -> Sweep:
    """Draw a whole sweep and some of its combinations; not all of them need be possible."""
    pick = source.pick
    of_kind = pick(KINDS)
    strategy, own = of_kind(source)
    hours = of_kind is on_hours
    bars = walking_bars(pick([130, 300]), "1h", HOUR, source.seed() % 99) if hours else drawn_bars(source)
    world, needed = drawn_world(source, bars)
    given, rules = rules_and_axes(source)
    fixed = {name: pick(values) for name, values in own.items() if pick([False, False, False, True])}
    axes = {name: values for name, values in own.items() if name not in fixed} | rules
    if not axes:
        axes = {"fee": [0.0, 0.001]}
    question = Question(
        {**given, **needed}, risk_free=pick([0.0, 0.0, 0.03, -0.02]), world=world, **window(source, bars)
    )
    random = np.random.default_rng(source.seed())
    count = pick([1, 5, 12])
    index = {name: random.integers(0, len(values), count) for name, values in axes.items()}
    metrics = tuple(STREAMED) if pick([True] * 9 + [False]) else (*STREAMED, "k_ratio", "alpha")
    memory = pick([500_000_000, 500_000_000, pick([90, 120, 200]) * len(bars) * 8 + 100])
    names = frozenset(own)
    return Sweep(strategy, fixed, bars, question, metrics, axes, index, memory, names)
