"""What a caller knows of the world around a series: rates, payments, finer bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.research.around.payments import KINDS, Kind, Payments, payments_of


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What lies around the bars, as far as the caller knows it; everything optional.

    Attributes
    ----------
    rates
        Bars of the currency pair of the account's and the instrument's currency, either way round: its
        symbol decides (``EUR/USD``).
    funding, dividends, splits
        Account events of the instrument (engine.md 3.1).
    finer
        Bars of the same symbol and a shorter timeframe, for `magnified`.
    """

    rates: Bars | None = None
    funding: Payments | None = None
    dividends: Payments | None = None
    splits: Payments | None = None
    finer: Bars | None = None

    def payments(self) -> dict[Kind, Payments]:
        """Return the payments that are known, by kind."""
        known: dict[Kind, Payments | None] = {kind: getattr(self, kind) for kind in KINDS}
        return {kind: payments for kind, payments in known.items() if payments is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return what decides a result, as plain data for a manifest: only what was given."""
        series = {"rates": self.rates, "finer": self.finer}
        found = {name: _identity(bars) for name, bars in series.items() if bars is not None}
        return found | {
            kind: {"events": len(payments), "checksum": payments.checksum}
            for kind, payments in self.payments().items()
        }


EMPTY = World()


def world_of(
    *, rates: Bars | None = None, finer: Bars | None = None, payments: Mapping[Kind, object] | None = None
) -> World:
    """Return a world from what people give; see :func:`tradewright.research.around.payments.payments_of`.

    Raises
    ------
    InputError, DataError
        ``E_EVENT`` for payments that cannot be read, ``E_BARS`` for rates or finer bars that are no bars.
    """
    for name, bars in (("rates", rates), ("finer", finer)):
        if bars is not None and not isinstance(bars, Bars):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(
                "E_BARS", f"{name} is a {type(bars).__name__}.", fix="Pass tw.Bars, or the path of a file."
            )
    read = {kind: payments_of(kind, given) for kind, given in (payments or {}).items()}
    return World(rates=rates, finer=finer, **read)


def _identity(bars: Bars) -> dict[str, Any]:
    return {
        "symbol": bars.symbol,
        "timeframe": str(bars.timeframe),
        "bars": len(bars),
        "checksum": bars.checksum,
    }
