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
    from tradewright.data.samples import sample, sample_symbols
    from tradewright.data.series_key import SeriesKey
    from tradewright.engine.portfolio.panel import Panel
    from tradewright.engine.portfolio.records import RankedSignals
    from tradewright.engine.rule_parts import BreakEven, Entry, Level, Sizing, Target, Trailing
    from tradewright.engine.rules import Rules
    from tradewright.engine.types import Signals
    from tradewright.library.api import backtest, list_modules, list_strategies
    from tradewright.library.exporting import export_bars
    from tradewright.library.given.venues import list_venues
    from tradewright.library.health import diagnose
    from tradewright.library.importing import ImportedFile, import_files
    from tradewright.library.loading import find_series, load
    from tradewright.library.optimizing.api import optimize
    from tradewright.library.optimizing.result import OptimizeResult
    from tradewright.library.portfolios.api import list_portfolio_strategies, load_panel, portfolio
    from tradewright.library.portfolios.run import PortfolioRun
    from tradewright.library.run import Run
    from tradewright.library.run_stored import StoredRun, open_run
    from tradewright.library.runs.card import RunCard, RunListing
    from tradewright.library.runs.comparing import compare, reproduce
    from tradewright.library.runs.listing import delete_run, runs
    from tradewright.library.stored import kept_bars, store
    from tradewright.library.strategies import check_strategy
    from tradewright.library.sweeping.api import sweep
    from tradewright.library.sweeping.result import SweepResult
    from tradewright.library.sweeping.trials import trials
    from tradewright.library.warming import is_warm, warm
    from tradewright.research.compare import Comparison
    from tradewright.research.reproduce import Reproduction
    from tradewright.strategy.event_driven.compiled import BUY, EXIT, SELL, compiled
    from tradewright.strategy.event_driven.strategy import EventStrategy
    from tradewright.strategy.indicators import above, below, crosses_above, crosses_below, indicator
    from tradewright.strategy.portfolio.strategy import PortfolioStrategy
    from tradewright.strategy.python_strategy import Strategy, StrategyParams

_HOMES = {
    "BUY": "strategy.event_driven.compiled",
    "Bars": "core.bars",
    "BreakEven": "engine.rule_parts",
    "Calendar": "core.calendar",
    "Comparison": "research.compare",
    "EXIT": "strategy.event_driven.compiled",
    "Entry": "engine.rule_parts",
    "EventStrategy": "strategy.event_driven.strategy",
    "ImportedFile": "library.importing",
    "Instrument": "core.instrument",
    "Level": "engine.rule_parts",
    "OptimizeResult": "library.optimizing.result",
    "Panel": "engine.portfolio.panel",
    "PortfolioRun": "library.portfolios.run",
    "PortfolioStrategy": "strategy.portfolio.strategy",
    "RankedSignals": "engine.portfolio.records",
    "Reproduction": "research.reproduce",
    "Rules": "engine.rules",
    "Run": "library.run",
    "RunCard": "library.runs.card",
    "RunListing": "library.runs.card",
    "SELL": "strategy.event_driven.compiled",
    "SeriesKey": "data.series_key",
    "Signals": "engine.types",
    "Sizing": "engine.rule_parts",
    "StoredRun": "library.run_stored",
    "Strategy": "strategy.python_strategy",
    "StrategyParams": "strategy.python_strategy",
    "SweepResult": "library.sweeping.result",
    "Target": "engine.rule_parts",
    "Timeframe": "core.timeframe",
    "TradewrightError": "core.errors",
    "Trailing": "engine.rule_parts",
    "above": "strategy.indicators",
    "backtest": "library.api",
    "below": "strategy.indicators",
    "check_strategy": "library.strategies",
    "compare": "library.runs.comparing",
    "compiled": "strategy.event_driven.compiled",
    "crosses_above": "strategy.indicators",
    "crosses_below": "strategy.indicators",
    "delete_run": "library.runs.listing",
    "diagnose": "library.health",
    "export_bars": "library.exporting",
    "find_series": "library.loading",
    "import_files": "library.importing",
    "indicator": "strategy.indicators",
    "is_warm": "library.warming",
    "kept_bars": "library.stored",
    "list_modules": "library.api",
    "list_portfolio_strategies": "library.portfolios.api",
    "list_strategies": "library.api",
    "list_venues": "library.given.venues",
    "load": "library.loading",
    "load_panel": "library.portfolios.api",
    "open_run": "library.run_stored",
    "optimize": "library.optimizing.api",
    "portfolio": "library.portfolios.api",
    "reproduce": "library.runs.comparing",
    "runs": "library.runs.listing",
    "sample": "data.samples",
    "sample_symbols": "data.samples",
    "store": "library.stored",
    "sweep": "library.sweeping.api",
    "trials": "library.sweeping.trials",
    "warm": "library.warming",
}

__all__ = [
    "BUY",
    "EXIT",
    "SELL",
    "Bars",
    "BreakEven",
    "Calendar",
    "Comparison",
    "Entry",
    "EventStrategy",
    "ImportedFile",
    "Instrument",
    "Level",
    "OptimizeResult",
    "Panel",
    "PortfolioRun",
    "PortfolioStrategy",
    "RankedSignals",
    "Reproduction",
    "Rules",
    "Run",
    "RunCard",
    "RunListing",
    "SeriesKey",
    "Signals",
    "Sizing",
    "StoredRun",
    "Strategy",
    "StrategyParams",
    "SweepResult",
    "Target",
    "Timeframe",
    "TradewrightError",
    "Trailing",
    "above",
    "backtest",
    "below",
    "check_strategy",
    "compare",
    "compiled",
    "crosses_above",
    "crosses_below",
    "delete_run",
    "diagnose",
    "export_bars",
    "find_series",
    "import_files",
    "indicator",
    "is_warm",
    "kept_bars",
    "list_modules",
    "list_portfolio_strategies",
    "list_strategies",
    "list_venues",
    "load",
    "load_panel",
    "open_run",
    "optimize",
    "portfolio",
    "reproduce",
    "runs",
    "sample",
    "sample_symbols",
    "store",
    "sweep",
    "trials",
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
