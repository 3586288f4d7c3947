"""What every kind of strategy becomes before it runs: the one interface that a backtest calls."""

from abc import ABC, abstractmethod
from typing import Any

from tradewright.core.bars import Bars
from tradewright.engine.types import Signals
from tradewright.strategy.document.market import MarketContext


class Prepared(ABC):
    """A strategy with its parameters bound, ready to decide on any series.

    Attributes
    ----------
    id
        Identifier, for example ``ma_crossover``.
    title
        Name for people.
    params
        Bound value of every declared parameter.
    warnings
        What the reader of a result should know, ``CODE: sentence``.
    context
        Market, timeframe, session and window a document asks for; None for Python strategies.
    """

    id: str
    title: str
    params: dict[str, Any]
    warnings: tuple[str, ...]
    context: MarketContext | None

    @abstractmethod
    def canonical(self) -> dict[str, Any]:
        """Return plain data that fixes what is decided; it goes into the manifest."""

    @abstractmethod
    def rules(self) -> dict[str, Any]:
        """Return overrides for ``engine.rules.Rules`` that the strategy brings, plain data."""

    @abstractmethod
    def warmup(self, bars: Bars) -> int:
        """Return how many leading bars can never decide; it may be more than `bars` has."""

    @abstractmethod
    def signals(self, bars: Bars, tie_tolerance: float) -> Signals:
        """Decide at every close of `bars`, with ties as wide as `tie_tolerance` (engine.md 2.2).

        The ATR columns of levels in ATR units are left to the caller, who knows the final rules.
        """
