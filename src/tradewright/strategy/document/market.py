"""Which market, span and hours a document is about."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.sessions import session_names
from tradewright.core.span import Span
from tradewright.core.timeframe import Timeframe
from tradewright.strategy.document.cursor import Cursor

QUICK_TEST_BARS = 5_000


@dataclass(frozen=True, slots=True)
class MarketContext:
    """What a document says about where and when it runs.

    Attributes
    ----------
    market
        Symbol, as the document writes it.
    timeframe
        Bar length it was written for.
    session
        Name of the trading session that entries are limited to.
    test_period
        Span before the last bar that decisions are limited to.
    quick_test
        True to decide on the last 5,000 bars only.
    """

    market: str | None = None
    timeframe: Timeframe | None = None
    session: str | None = None
    test_period: Span | None = None
    quick_test: bool = False

    def start_index(self, bars: Bars) -> int:
        """Return the first bar that `test_period` and `quick_test` leave to decide on.

        Modules see all history before it (engine.md 2.6).
        """
        start = 0
        if self.test_period is not None and len(bars):
            since = self.test_period.start_ns(int(bars.close_time[-1]))
            start = int(np.searchsorted(bars.time, since))
        if self.quick_test:
            start = max(start, len(bars) - QUICK_TEST_BARS)
        return start

    def starts_before(self, bars: Bars) -> bool:
        """Say whether `test_period` begins well before the first bar: a twentieth of it, or more."""
        if self.test_period is None or not len(bars):
            return False
        last = int(bars.close_time[-1])
        since = self.test_period.start_ns(last)
        return int(bars.time[0]) - since > (last - since) / 20

    def to_dict(self) -> dict[str, Any]:
        """Return what is set, as the document's ``marketContext`` (without the quick test)."""
        named = {
            "market": self.market,
            "timeframe": self.timeframe,
            "session": self.session,
            "testPeriod": self.test_period,
        }
        return {name: str(value) for name, value in named.items() if value is not None}


def read_market(place: Cursor | None, quick_test: Cursor | None) -> tuple[MarketContext, str | None]:
    """Read ``marketContext`` and ``quickTest``; return them and the direction, None when not said."""
    fields = (
        {} if place is None else place.fields("market", "timeframe", "direction", "test_period", "session")
    )
    direction = (
        fields["direction"].choice(("Long", "Short", "Both"), "direction").lower()
        if "direction" in fields
        else None
    )
    context = MarketContext(
        market=fields["market"].text() if "market" in fields else None,
        timeframe=read_timeframe(fields["timeframe"]) if "timeframe" in fields else None,
        session=fields["session"].choice(session_names(), "session") if "session" in fields else None,
        test_period=_period(fields["test_period"]) if "test_period" in fields else None,
        quick_test=quick_test is not None and quick_test.flag(),
    )
    return context, direction


def read_timeframe(place: Cursor) -> Timeframe:
    """Read a timeframe such as ``15m``."""
    try:
        return Timeframe.parse(place.text())
    except InputError as wrong:
        place.fail(wrong.message, fix=wrong.fix, code=wrong.code, **wrong.details)


def _period(place: Cursor) -> Span:
    period = Span.parse(place.text())
    if period is None:
        place.fail(f"{place.text()!r} is not a span of time.", fix="Write it as 90d, 6w, 2mo or 1y.")
    return period
