"""The functions of ``tw.*``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

from tradewright.core.bars import Bars
from tradewright.core.window import Moment
from tradewright.engine.rule_parts import BreakEven, Entry, Level, Sizing, Target, Trailing
from tradewright.engine.rules import Direction, Intrabar
from tradewright.library.given.surrounding import around, series_of
from tradewright.library.given.venues import placed_at
from tradewright.library.run import Run
from tradewright.library.runs.origin import Asked
from tradewright.library.runs.sources import source_of
from tradewright.library.strategies import load_strategy
from tradewright.modules import registry
from tradewright.research.backtest import Question
from tradewright.research.backtest import backtest as run_backtest
from tradewright.strategy import catalog
from tradewright.strategy.prepared import prepare


class RuleArguments(TypedDict, total=False):
    """Rules a caller may give; what is left out comes from the strategy, then from the defaults.

    See :class:`tradewright.Rules` for meaning, units and bounds. Levels, targets, entries and sizes may be
    written in words: ``"1.5atr"``, ``"2%:0.5,4%:0.5"``, ``"limit:1% for 5"``, ``"risk:0.01"``.
    """

    direction: Direction
    cash: float
    currency: str | None
    fee: float
    maker_fee: float | None
    fee_per_unit: float
    fee_per_order: float
    fee_minimum: float
    slippage: float
    slippage_ticks: float
    slippage_atr: float
    impact: float
    half_spread: float
    borrow_rate: float
    leverage: float
    maintenance_margin: float
    sizing: Sizing | str
    size_on: Literal["fill", "decision"]
    pyramiding: int
    participation: float | None
    fill_on: Literal["next_open", "close"]
    entry: Entry | str
    limit_fill: Literal["touch", "through"]
    intrabar: Intrabar
    on_opposite: Literal["reverse", "exit", "ignore"]
    on_conflict: Literal["neither", "oco"]
    stop_loss: Level | float | str | None
    take_profit: Level | Sequence[Target] | float | str | None
    trailing: Trailing | float | str | None
    break_even: BreakEven | float | str | None
    time_stop: int | None
    session_end: bool
    close_at_end: bool
    tie_tolerance: float


class WorldArguments(TypedDict, total=False):
    """What a caller may know of the world around the bars.

    Attributes
    ----------
    finer
        Bars of the same symbol and a shorter timeframe, or their path, for ``intrabar="magnified"``. A file
        without a column of symbols is taken to be of the bars' symbol.
    rates
        Bars of a currency pair, or their path, when `currency` is not that of the prices.
    funding, dividends, splits
        Account events: a frame with the columns ``time`` and ``value``, a mapping of times to values, pairs
        of both, or the path of a CSV file with these columns. Funding rates are fractions that longs pay,
        dividends an amount a unit, splits new units for one old.

    Times in files that name no zone are in the one that :func:`tradewright.load` was given for the bars, by
    default UTC.
    """

    finer: Bars | str | Path | None
    rates: Bars | str | Path | None
    funding: Any
    dividends: Any
    splits: Any


class FurtherArguments(RuleArguments, WorldArguments):
    """Rules, and what lies around the bars."""


def backtest(  # noqa: PLR0913 - keyword-only, the question in words
    strategy: Any,
    bars: Bars | str | Path,
    *,
    params: Mapping[str, Any] | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    risk_free: float = 0.0,
    benchmark: Bars | str | Path | None = None,
    venue: str | None = None,
    **further: Unpack[FurtherArguments],
) -> Run:
    """Run a strategy on a price series.

    Parameters
    ----------
    strategy, params
        A built-in id, a path to a document (``.json``), ``file.py:Class``, a document as a dict, or a class
        or instance of :class:`tradewright.Strategy`; and values of its parameters by name.
    bars
        The series, or a path that :func:`tradewright.load` reads.
    start, end
        First and last day or time to trade, both included; naive times are UTC.
    risk_free, benchmark
        Annual rate as a fraction; series, or its path, for alpha and beta (by default the instrument, held).
    venue
        A preset such as ``"binance:usdm@vip1"``, see :func:`tradewright.list_venues`: fees and margin for
        rules that are not given, and tick, lot and minimum where the instrument has none.
    **further
        ``finer rates funding dividends splits``: :class:`~tradewright.library.api.WorldArguments`. All else
        is a rule, see :class:`tradewright.Rules`. Fee and slippage are fractions, stops and targets percent.

    Returns
    -------
    Run
        Metrics, trades, equity, fingerprint.

    Raises
    ------
    InputError
        An unknown strategy, parameter or rule, a value out of bounds, an empty window.
    DataError
        Prices or events that cannot be read, or too few prices.
    StrategyCodeError
        The strategy's own code failed.
    """
    series = series_of("bars", bars)
    zone = (source_of(series) or {}).get("timezone")
    against = None if benchmark is None else series_of("benchmark", benchmark, zone)
    known = around(series, further)
    rules = {name: value for name, value in further.items() if name not in WorldArguments.__annotations__}
    placed = placed_at(venue, series, rules)
    source = load_strategy(strategy) if isinstance(strategy, str) else strategy
    prepared = prepare(source, params, direction=placed.rules.get("direction"))
    about = (known.world, placed.venue, (*known.notes, *placed.notes))
    answer = run_backtest(
        prepared, placed.bars, Question(placed.rules, start, end, risk_free, against, *about)
    )
    asked = Asked(strategy if isinstance(strategy, str) else None, source, series, against, known.world)
    return Run(answer, asked)


def list_strategies() -> list[dict[str, Any]]:
    """Return a card for each built-in strategy: id, title, idea, origin, parameters."""
    return [catalog.card(name).to_dict() for name in catalog.builtin_ids()]


def list_modules() -> list[dict[str, Any]]:
    """Return the schema of each module: id, category, title, parameters, outputs."""
    return [registry.json_schema(name) for name in registry.module_ids()]
