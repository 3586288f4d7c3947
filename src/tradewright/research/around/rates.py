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

_SAY_IT = "Say what they are in with tw.load(..., currency='EUR'), --prices-in EUR, or a pair as the symbol."


def rates_of(
    bars: Bars, currency: str | None, rates: Bars | None, start: int
) -> tuple[Floats | None, Floats | None, list[Caution]]:
    """Return account currency for one of the instrument's at each bar's open and close, and what to say.

    At a bar's open it is the open of the rate bar that opens at that very time. Where none does, and at
    closes, it is the close of the last rate bar that had closed by then, NaN before the first. None when
    the account is in the instrument's currency.

    Raises
    ------
    InputError
        ``E_NO_RATE`` when rates are needed and none of these two currencies are given.
    """
    own = bars.instrument.currency.upper()
    account = own if currency is None else currency.upper()
    if account == own:
        return None, None, [*_assumed(bars, currency), *_unused(own, rates)]
    rates, inverse = _pair_of(bars, own, account, rates)
    rate_open, rate_close = _known_at_open(rates, bars.time), _last_close(rates, bars.close_time)
    if inverse:
        rate_open, rate_close = 1.0 / rate_open, 1.0 / rate_close
    return rate_open, rate_close, [*_assumed(bars, currency), *_stale(bars, rates, start)]


def _assumed(bars: Bars, currency: str | None) -> Iterator[Caution]:
    instrument = bars.instrument
    if currency is not None and instrument.currency_assumed:
        text = (
            f"prices of {bars.symbol} were taken to be in {instrument.currency}: nothing says what they are "
            f"in. {_SAY_IT}"
        )
        yield Caution("W_CURRENCY_ASSUMED", text)


def _unused(own: str, rates: Bars | None) -> Iterator[Caution]:
    if rates is not None:
        text = f"rates of {rates.symbol} were given and not used: the account is in {own}, as the prices are."
        yield Caution("W_RATE_UNUSED", text)


def _pair_of(bars: Bars, own: str, account: str, rates: Bars | None) -> tuple[Bars, bool]:
    """Return the rates, and whether they are the instrument's currency for one of the account's."""
    pair = _pair("" if rates is None else rates.symbol)
    if rates is not None and len(rates):
        if pair == own + account:
            return rates, False
        if pair == account + own:
            return rates, True
    assumed = bars.instrument.currency_assumed
    given = "none are given" if rates is None else f"those given are of {rates.symbol}"
    raise InputError(
        "E_NO_RATE",
        f"{bars.symbol} is {'taken to be ' if assumed else ''}in {own} and the account in {account}: that "
        f"needs rates, and {given}.",
        fix=f"{f'{_SAY_IT} If that is right, give' if assumed else 'Give'} bars of "
        f"{own}/{account} or {account}/{own} as rates, or leave the currency out.",
        details={"instrument": own, "account": account, "rates": None if rates is None else rates.symbol},
    )


def _pair(symbol: str) -> str:
    """Return ``EURUSD`` for ``EUR/USD``, ``eur-usd``, ``EURUSD=X`` or ``EUR/USD:USD``."""
    bare = symbol.upper().partition(":")[0].removesuffix("=X")
    return "".join(letter for letter in bare if letter.isalnum())


def _known_at_open(rates: Bars, times: Times) -> Floats:
    """Return the open of the rate bar that opens at each of these times, else the last close before."""
    row = np.minimum(np.searchsorted(rates.time, times), len(rates) - 1)
    return np.where(rates.time[row] == times, rates.open[row], _last_close(rates, times))


def _last_close(rates: Bars, times: Times) -> Floats:
    """Return the close of the last rate bar that has closed by each of these times, NaN before the first."""
    row = np.searchsorted(rates.close_time, times, side="right") - 1
    return np.where(row >= 0, rates.close[np.maximum(row, 0)], np.nan)


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
