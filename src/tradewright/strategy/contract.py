"""What every kind of strategy becomes before it runs: the one interface that a backtest calls."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.types import Signals, Simulation, Surroundings
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


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What a run takes place in.

    Attributes
    ----------
    signals
        Decisions, and the columns that the rules read; of a strategy that runs itself the columns alone.
    start
        Index of the first bar whose close decides.
    """

    bars: Bars
    rules: Rules
    signals: Signals
    start: int
    surroundings: Surroundings


class Stepwise(Prepared):
    """A strategy whose decisions depend on its account: it runs instead of returning signals."""

    @abstractmethod
    def simulate(self, setting: Setting) -> Simulation:
        """Run from the first bar to the last; the same setting gives the same result bit for bit."""
