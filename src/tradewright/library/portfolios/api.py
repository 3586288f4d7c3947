"""``tw.portfolio``: many instruments, one wallet."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict, Unpack, cast

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import InputError
from tradewright.core.window import Moment
from tradewright.data.series_names import STORE
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.rules import Direction
from tradewright.library.given.price_files import price_files
from tradewright.library.loading import SAMPLE, load
from tradewright.library.portfolios.run import PortfolioRun
from tradewright.library.strategies import load_strategy
from tradewright.research.portfolio import PortfolioQuestion
from tradewright.research.portfolio import portfolio as run_portfolio
from tradewright.strategy.portfolio.built_in import built_in, portfolio_card, portfolio_ids
from tradewright.strategy.portfolio.strategy import PreparedPortfolio


class PortfolioArguments(TypedDict, total=False):
    """Rules and limits a caller may give; what is left out comes from the strategy, then the defaults.

    See :class:`tradewright.Rules` for costs and account. Of the limits: `min_trade` is the least change,
    a fraction of equity; `max_weight` the most of equity in one symbol; `max_exposure` the most in all, both
    sides together; `max_positions` the slots of ranked signals, refused with weights.
    """

    direction: Direction
    cash: float
    currency: str
    fee: float
    fee_per_unit: float
    fee_per_order: float
    fee_minimum: float
    slippage: float
    slippage_ticks: float
    half_spread: float
    borrow_rate: float
    leverage: float
    maintenance_margin: float
    close_at_end: bool
    tie_tolerance: float
    min_trade: float
    max_weight: float | None
    max_exposure: float | None
    max_positions: int


def portfolio(  # noqa: PLR0913 - keyword-only, the question in words
    strategy: Any,
    bars: Panel | Mapping[str, Bars | str | Path] | Iterable[Bars] | str | Path,
    *,
    params: Mapping[str, Any] | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    risk_free: float = 0.0,
    benchmark: Bars | str | Path | None = None,
    rates: Mapping[str, Bars | str | Path] | None = None,
    **rules: Unpack[PortfolioArguments],
) -> PortfolioRun:
    """Run a portfolio strategy on many instruments with one wallet.

    Parameters
    ----------
    strategy
        ``equal_weight``, ``momentum_rotation``, ``pairs_spread``, ``file.py:Class``, or a
        :class:`tradewright.PortfolioStrategy` class or instance.
    bars
        Symbol -> series, or path that :func:`tradewright.load` reads; a :class:`tradewright.Panel`;
        series alone; or a folder of price files.
    params
        Parameters of the strategy by name.
    start, end
        First and last day or time to trade, both included; strategies see all rows before `start`.
    risk_free
        Annual rate as a fraction.
    benchmark
        Series that alpha and beta are measured against; by default the panel's equal-weight basket, bought
        and held.
    rates
        Currency -> series of its rate, or path, for symbols in another currency than the account.
    **rules
        ``cash fee slippage direction leverage min_trade max_weight max_exposure max_positions`` ...

    Returns
    -------
    PortfolioRun
        Metrics, equity, trades, weights, contributions, correlation, fingerprint.

    Raises
    ------
    InputError
        An unknown strategy, parameter or rule, a value out of bounds, series that make no panel.
    DataError
        Prices that cannot be read, of different bar lengths, or without a common time.
    StrategyCodeError
        The strategy's own code failed, or looked ahead.
    """
    panel = _panel(bars)
    prepared = PreparedPortfolio(_found(strategy), params)
    against = None if benchmark is None else _series("benchmark", benchmark)
    known = {currency: _series(f"rates['{currency}']", given) for currency, given in (rates or {}).items()}
    question = PortfolioQuestion(dict(rules), start, end, risk_free, against, known)
    return PortfolioRun(run_portfolio(prepared, panel, question))


def list_portfolio_strategies() -> list[dict[str, Any]]:
    """Return a card for each portfolio strategy that is built in: id, title, idea, parameters."""
    return [portfolio_card(name) for name in portfolio_ids()]


def _found(strategy: Any) -> Any:
    if not isinstance(strategy, str):
        return strategy
    if ".py" in strategy:
        return load_strategy(strategy)
    return built_in(strategy.strip())


def load_panel(
    sources: str | Path | Iterable[str | Path],
    *,
    timeframe: str | None = None,
    timezone: str | None = None,
    calendar: str | None = None,
) -> Panel:
    """Read several price series and align them.

    Parameters
    ----------
    sources
        Folders, files and patterns such as ``prices/*.csv``, each file of one symbol; or what
        :func:`tradewright.load` reads besides: ``store:AAPL:1d``, ``sample:AAPL``.
    timeframe
        Bar length; finer files are combined to it.
    timezone
        IANA name of the zone of times that name none (UTC).
    calendar
        Of every instrument, such as ``XNYS``; by default as it was read, ``24/7`` for files.

    Raises
    ------
    DataError
        What cannot be read, has no bars in common, or other bar lengths.
    InputError
        ``E_PANEL`` for a symbol that two of the sources hold.
    """
    listed = [sources] if isinstance(sources, str | Path) else list(sources)
    series = [load(source, timeframe=timeframe, timezone=timezone) for source in _expanded(listed)]
    return Panel.of([bars if calendar is None else _on_calendar(bars, calendar) for bars in series])


def _expanded(sources: Iterable[str | Path]) -> list[str | Path]:
    """Return every source on its own: folders and patterns as the files that they hold."""
    found: list[str | Path] = []
    for source in sources:
        named = isinstance(source, str) and source.startswith((SAMPLE, STORE))
        found += [source] if named else price_files([source])
    return found


def _on_calendar(bars: Bars, calendar: str) -> Bars:
    return Bars.trusted(
        bars.time,
        bars.columns,
        timeframe=bars.timeframe,
        instrument=replace(bars.instrument, calendar=Calendar(calendar)),
        notes=bars.notes,
        close_time=bars.close_time,
    )


def _series(name: str, given: object) -> Bars:
    if isinstance(given, Bars):
        return given
    if isinstance(given, str | Path):
        return load(given)
    raise InputError(
        "E_BARS",
        f"{name} is a {type(given).__name__}, not bars.",
        fix="Pass tw.Bars: tw.load(path), tw.Bars.from_pandas(frame, symbol=...) or from_polars.",
        details={"name": name, "type": type(given).__name__},
    )


def _panel(bars: Any) -> Panel:
    """Return a panel of whatever stands for one."""
    if isinstance(bars, Panel):
        return bars
    if isinstance(bars, str | Path):
        return load_panel(bars)
    if not isinstance(bars, Mapping):
        return Panel.of(bars)
    pairs = cast("Mapping[Any, Any]", bars).items()
    return Panel.of({name: load(own) if isinstance(own, str | Path) else own for name, own in pairs})
