"""The functions of ``tw.*``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.window import Moment
from tradewright.engine.rules import Direction, Level, Sizing
from tradewright.library.loading import load
from tradewright.library.run import Run
from tradewright.library.runs.origin import Asked
from tradewright.library.strategies import load_strategy
from tradewright.modules import registry
from tradewright.research.backtest import Question
from tradewright.research.backtest import backtest as run_backtest
from tradewright.strategy import catalog
from tradewright.strategy.prepared import prepare


class RuleArguments(TypedDict, total=False):
    """Rules a caller may give; what is left out comes from the strategy, then from the defaults.

    See :class:`tradewright.Rules` for meaning, units and bounds.
    """

    direction: Direction
    cash: float
    fee: float
    slippage: float
    half_spread: float
    leverage: float
    maintenance_margin: float
    sizing: Sizing | str
    size_on: Literal["fill", "decision"]
    fill_on: Literal["next_open", "close"]
    intrabar: Literal["pessimistic", "optimistic", "path"]
    on_opposite: Literal["reverse", "exit", "ignore"]
    stop_loss: Level | float | None
    take_profit: Level | float | None
    trailing: float | None
    time_stop: int | None
    close_at_end: bool
    tie_tolerance: float


def backtest(  # noqa: PLR0913 - keyword-only, the question in words
    strategy: Any,
    bars: Bars | str | Path,
    *,
    params: Mapping[str, Any] | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    risk_free: float = 0.0,
    benchmark: Bars | str | Path | None = None,
    **rules: Unpack[RuleArguments],
) -> Run:
    """Run a strategy on a price series.

    Parameters
    ----------
    strategy
        A built-in id, a path to a document (``.json``), ``file.py:Class``, a document as a dict, or a
        :class:`tradewright.Strategy` class or instance.
    bars
        The series, or a path that :func:`tradewright.load` reads.
    params
        Parameters of the strategy by name.
    start, end
        First and last day or time to trade, both included: text, ``date`` or ``datetime``; naive times
        are UTC. Indicators see all bars before `start`.
    risk_free
        Annual rate as a fraction.
    benchmark
        Series that alpha and beta are measured against, or its path; by default the instrument, bought
        and held.
    **rules
        ``cash fee slippage direction stop_loss take_profit trailing time_stop sizing intrabar`` ...; see
        :class:`tradewright.Rules`. Fee and slippage are fractions, stops and targets percent.

    Returns
    -------
    Run
        Metrics, trades, equity, fingerprint.

    Raises
    ------
    InputError
        An unknown strategy, parameter or rule, a value out of bounds, an empty window.
    DataError
        Prices that cannot be read, or too few of them.
    StrategyCodeError
        The strategy's own code failed.
    """
    series = _series("bars", bars)
    against = None if benchmark is None else _series("benchmark", benchmark)
    given: dict[str, Any] = dict(rules)
    if "fee" not in given and series.instrument.taker_fee is not None:
        given["fee"] = series.instrument.taker_fee
    source = load_strategy(strategy) if isinstance(strategy, str) else strategy
    prepared = prepare(source, params, direction=given.get("direction"))
    answer = run_backtest(prepared, series, Question(given, start, end, risk_free, against))
    return Run(answer, Asked(strategy if isinstance(strategy, str) else None, source, series, against))


def _series(name: str, given: object) -> Bars:
    if isinstance(given, Bars):
        return given
    if isinstance(given, str | Path):
        return load(given)
    raise InputError(
        "E_BARS",
        f"{name} is a {type(given).__name__}.",
        fix="Pass tw.Bars: tw.load(path), tw.Bars.from_pandas(frame, symbol=...) or from_polars.",
        details={"name": name, "type": type(given).__name__},
    )


def list_strategies() -> list[dict[str, Any]]:
    """Return a card for each built-in strategy: id, title, idea, origin, parameters."""
    return [catalog.card(name).to_dict() for name in catalog.builtin_ids()]


def list_modules() -> list[dict[str, Any]]:
    """Return the schema of each module: id, category, title, parameters, outputs."""
    return [registry.json_schema(name) for name in registry.module_ids()]
