"""Tradewright: research, verify and run trading strategies.

>>> import tradewright as tw
>>> bars = tw.load("AAPL_1d.csv.gz")                                          # doctest: +SKIP
>>> run = tw.backtest("ma_crossover", bars, params={"fast": 20, "slow": 50})  # doctest: +SKIP
>>> run.metrics["sharpe"], run.trades, run.equity                             # doctest: +SKIP

Importing this package costs nothing: every name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewright.core.bars import Bars
    from tradewright.core.calendar import Calendar
    from tradewright.core.errors import TradewrightError
    from tradewright.core.instrument import Instrument
    from tradewright.core.timeframe import Timeframe
    from tradewright.data.load import load
    from tradewright.data.samples import sample, sample_symbols
    from tradewright.data.series_key import SeriesKey
    from tradewright.engine.rules import Level, Rules, Sizing
    from tradewright.engine.types import Signals
    from tradewright.library.api import backtest, list_modules, list_strategies
    from tradewright.library.health import diagnose
    from tradewright.library.run import Run
    from tradewright.library.stored import store
    from tradewright.library.warming import is_warm, warm
    from tradewright.strategy.indicators import above, below, crosses_above, crosses_below, indicator
    from tradewright.strategy.python_strategy import Strategy, StrategyParams

_HOMES = {
    "Bars": "core.bars",
    "Calendar": "core.calendar",
    "Instrument": "core.instrument",
    "Level": "engine.rules",
    "Rules": "engine.rules",
    "Run": "library.run",
    "SeriesKey": "data.series_key",
    "Signals": "engine.types",
    "Sizing": "engine.rules",
    "Strategy": "strategy.python_strategy",
    "StrategyParams": "strategy.python_strategy",
    "Timeframe": "core.timeframe",
    "TradewrightError": "core.errors",
    "above": "strategy.indicators",
    "backtest": "library.api",
    "below": "strategy.indicators",
    "crosses_above": "strategy.indicators",
    "crosses_below": "strategy.indicators",
    "diagnose": "library.health",
    "indicator": "strategy.indicators",
    "is_warm": "library.warming",
    "list_modules": "library.api",
    "list_strategies": "library.api",
    "load": "data.load",
    "sample": "data.samples",
    "sample_symbols": "data.samples",
    "store": "library.stored",
    "warm": "library.warming",
}

__all__ = [
    "Bars",
    "Calendar",
    "Instrument",
    "Level",
    "Rules",
    "Run",
    "SeriesKey",
    "Signals",
    "Sizing",
    "Strategy",
    "StrategyParams",
    "Timeframe",
    "TradewrightError",
    "above",
    "backtest",
    "below",
    "crosses_above",
    "crosses_below",
    "diagnose",
    "indicator",
    "is_warm",
    "list_modules",
    "list_strategies",
    "load",
    "sample",
    "sample_symbols",
    "store",
    "warm",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("tradewright")
    if name not in _HOMES:
        raise AttributeError(f"module 'tradewright' has no attribute {name!r}")
    value = getattr(import_module(f"tradewright.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
