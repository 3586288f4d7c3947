"""What is traded: symbol, venue, currency, and the steps its prices and sizes come in."""

import re
from dataclasses import dataclass, field
from typing import Any

from tradewright.core.calendar import Calendar
from tradewright.core.errors import ParameterError

_USUAL = "USD"
# ISO 4217, active codes of money and of the metals that are quoted like it.
_TEXT = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF
GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB
PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XAG XAU XCD XOF XPD XPF XPT
YER ZAR ZMW ZWL
"""
_CODES = frozenset(_TEXT.split())
# BTC/USDT, BTC/USDT:USDT; a share class such as BRK/B has one letter behind the stroke.
_PAIR = re.compile(r"[^/:\s]+/(?P<quote>[A-Z][A-Z0-9]{2,9})(?::[^/:\s]+)?")


def quote_of(symbol: str) -> str | None:
    """Return the currency that the prices of a pair are in, in capitals; None when `symbol` is no pair.

    Pairs are ``X/Y`` and ``X/Y:Z`` as ccxt writes them, where prices are in Y, and six letters of two known
    currencies, ``EURUSD`` or ``EURUSD=X``.
    """
    written = symbol.strip().upper()
    pair = _PAIR.fullmatch(written)
    if pair is not None:
        return pair["quote"]
    six = written.removesuffix("=X")
    return six[3:] if len(six) == 6 and {six[:3], six[3:]} <= _CODES else None


_ALWAYS_OPEN = Calendar("24/7")


@dataclass(frozen=True, slots=True)
class Instrument:
    """One tradable thing (engine.md 1.3).

    Attributes
    ----------
    symbol
        As ccxt writes it: ``BTC/USDT``, ``BTC/USDT:USDT``, ``AAPL``, ``NOKIA.HE``.
    venue
        Where it trades; ``local`` for files.
    asset_class
        ``crypto``, ``stock``, ``forex``, ``commodity`` or ``unknown``.
    currency
        What prices and profit are in; by default the quote of a pair (``BTC/USDT``, ``EURUSD``), else
        ``USD``.
    tick, lot, minimum_notional
        Steps of price and quantity and the smallest order, 0 for none. `lot` and `minimum_notional`
        are applied to every size; `tick` is carried for live orders and does not move a simulated fill.
    multiplier
        Account currency per unit of quantity and point of price.
    calendar
        Which days and hours it trades; its id is taken too.
    maker_fee, taker_fee
        Fractions of notional, used when a backtest is given no fee of its own.
    currency_assumed
        Nothing said the currency: neither who made the instrument nor its symbol. No part of what it is.
    """

    symbol: str
    venue: str = "local"
    asset_class: str = "unknown"
    currency: str = ""
    tick: float = 0.0
    lot: float = 0.0
    minimum_notional: float = 0.0
    multiplier: float = 1.0
    calendar: Calendar = _ALWAYS_OPEN
    maker_fee: float | None = None
    taker_fee: float | None = None
    currency_assumed: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Take a calendar by its id and the currency of a pair; refuse what no step or multiplier can be."""
        named: object = self.calendar
        if isinstance(named, str):
            object.__setattr__(self, "calendar", Calendar(named))
        if not self.currency:
            quote = quote_of(self.symbol)
            object.__setattr__(self, "currency", quote or _USUAL)
            object.__setattr__(self, "currency_assumed", quote is None)
        if not self.symbol.isprintable() and any(0xD800 <= ord(mark) < 0xE000 for mark in self.symbol):
            raise ParameterError(
                "E_INSTRUMENT",
                f"symbol {self.symbol!a} holds half a character, which no file can hold.",
                fix="Write the symbol in plain text.",
                details={"symbol": ascii(self.symbol)},
            )
        for name in ("tick", "lot", "minimum_notional"):
            if not getattr(self, name) >= 0:
                raise ParameterError(
                    "E_INSTRUMENT",
                    f"{name} of {self.symbol} is {getattr(self, name)}; it must be 0 or more.",
                    details={"name": name, "value": getattr(self, name)},
                )
        if not self.multiplier > 0:
            raise ParameterError(
                "E_INSTRUMENT",
                f"multiplier of {self.symbol} is {self.multiplier}; it must be above 0.",
                details={"name": "multiplier", "value": self.multiplier},
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the instrument as plain data for a manifest."""
        return {
            "symbol": self.symbol,
            "venue": self.venue,
            "asset_class": self.asset_class,
            "currency": self.currency,
            "tick": self.tick,
            "lot": self.lot,
            "minimum_notional": self.minimum_notional,
            "multiplier": self.multiplier,
            "calendar": self.calendar.id,
        }
