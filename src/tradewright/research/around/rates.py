"""Rates between the instrument's currency and the account's (engine.md 5.7)."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.types import Floats
from tradewright.research.caution import Caution
from tradewright.research.manifest import iso

Times = npt.NDArray[np.int64]

# The longest that a market of currencies is usually shut: a weekend with holidays around it.
_USUAL_REST = 5 * NS_PER_DAY


def rates_of(
    bars: Bars, currency: str | None, rates: Bars | None, start: int
) -> tuple[Floats | None, Floats | None, list[Caution]]:
    """Return account currency for one of the instrument's at each bar's open and close, and what to say.

    Each is the close of the last rate bar that had closed by then, NaN before the first; None when the
    account is in the instrument's currency.

    Raises
    ------
    InputError
        ``E_NO_RATE`` when rates are needed and none of these two currencies are given.
    """
    own = bars.instrument.currency.upper()
    account = own if currency is None else currency.upper()
    if account == own:
        return None, None, list(_unused(own, rates))
    price = _price(bars, own, account, rates)
    assert rates is not None  # noqa: S101 - `_price` refuses none
    rate_open, rate_close = (_last_known(rates, price, times) for times in (bars.time, bars.close_time))
    return rate_open, rate_close, list(_stale(bars, rates, start))


def _unused(own: str, rates: Bars | None) -> Iterator[Caution]:
    if rates is not None:
        text = f"rates of {rates.symbol} were given and not used: the account is in {own}, as the prices are."
        yield Caution("W_RATE_UNUSED", text)


def _price(bars: Bars, own: str, account: str, rates: Bars | None) -> Floats:
    """Return account currency for one of the instrument's at each close of `rates`."""
    pair = _pair("" if rates is None else rates.symbol)
    if rates is not None and len(rates):
        if pair == own + account:
            return rates.close
        if pair == account + own:
            return 1.0 / rates.close
    given = "none are given" if rates is None else f"those given are of {rates.symbol}"
    raise InputError(
        "E_NO_RATE",
        f"{bars.symbol} is in {own} and the account in {account}: that needs rates, and {given}.",
        fix=f"Give bars of {own}/{account} or {account}/{own} as rates, or leave the currency out.",
        details={"instrument": own, "account": account, "rates": None if rates is None else rates.symbol},
    )


def _pair(symbol: str) -> str:
    """Return ``EURUSD`` for ``EUR/USD``, ``eur-usd``, ``EURUSD=X`` or ``EUR/USD:USD``."""
    bare = symbol.upper().partition(":")[0].removesuffix("=X")
    return "".join(letter for letter in bare if letter.isalnum())


def _last_known(rates: Bars, price: Floats, times: Times) -> Floats:
    row = np.searchsorted(rates.close_time, times, side="right") - 1
    return np.where(row >= 0, price[np.maximum(row, 0)], np.nan)


def _stale(bars: Bars, rates: Bars, start: int) -> Iterator[Caution]:
    """Count bars whose rate is old: the series has ended, or rests for longer than such markets do."""
    closes = rates.close_time
    at = bars.close_time[start:]
    row = np.searchsorted(closes, at, side="right") - 1
    age = at - closes[np.maximum(row, 0)]
    length = rates.timeframe.ns
    old = age > np.where(row == len(rates) - 1, length, max(_USUAL_REST, 3 * length))
    count = int((old & (row >= 0)).sum())
    if count:
        text = (
            f"{count:,} of the bars have no fresh rate of {rates.symbol}, which ends "
            f"{iso(closes[-1])}; the last known stood."
        )
        yield Caution("W_RATE_STALE", text, count)
