"""Finding the very bars that a run saw: in the store, or where they came from while they are the same."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import DataError, InputError, TradewrightError, UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.library.loading import load
from tradewright.library.stored import keep, recall
from tradewright.research.around.payments import KINDS
from tradewright.research.around.world import World, world_of

_NAMED = ("sample:", "store:")
# What was said of how to read a file says nothing about bars that have been read.
_OF_ANY_SERIES = frozenset({"timeframe", "start", "end", "calendar", "currency"})


class BarsGoneError(DataError):
    """None of the places where a run's bars may be has them."""

    def __init__(self, symbol: str, checksum: str, tried: list[str]) -> None:
        super().__init__(
            "E_RUN_DATA",
            f"the bars of {symbol} that this run saw are gone: {'; '.join(tried)}.",
            fix="Give them: reproduce RUN --data FILE, in Python tw.reproduce(run, bars=...).",
            details={"symbol": symbol, "checksum": checksum, "tried": tried},
        )


def bars_of(manifest: Mapping[str, Any], origin: Mapping[str, Any]) -> Bars:
    """Return the bars that a run saw.

    Raises
    ------
    BarsGoneError
        ``E_RUN_DATA`` when neither the store nor their source has them any more.
    """
    series = manifest["series"]
    found = _found(series["checksum"], series["bars"], origin.get("data"), series["instrument"]["symbol"])
    return _traded_as(found, series["instrument"])


def benchmark_of(manifest: Mapping[str, Any], origin: Mapping[str, Any]) -> Bars | None:
    """Return the benchmark that a run was measured against; None when it was buy and hold.

    Raises
    ------
    BarsGoneError
        ``E_RUN_DATA`` when it is gone.
    """
    checksum = manifest["metrics"]["benchmark"]
    return None if checksum is None else _found(checksum, None, origin.get("benchmark"), "the benchmark")


def world_of_run(manifest: Mapping[str, Any], origin: Mapping[str, Any]) -> World:
    """Return what was known around the bars of a run.

    Raises
    ------
    BarsGoneError
        ``E_RUN_DATA`` when rates, finer bars or payments are not any more what the run saw.
    """
    around = manifest.get("world", {})
    series = {name: _around(name, around, origin) for name in ("rates", "finer") if name in around}
    kept = origin.get("payments", {})
    world = world_of(**series, payments={kind: kept.get(kind, []) for kind in KINDS if kind in around})
    for kind, payments in world.payments().items():
        if payments.checksum != around[kind]["checksum"]:
            raise BarsGoneError(kind, around[kind]["checksum"], ["what was kept of them is something else"])
    return world


def _around(name: str, around: Mapping[str, Any], origin: Mapping[str, Any]) -> Bars:
    """Return rates or finer bars; their symbol, which no checksum covers, is that of the run's."""
    known = around[name]
    found = _found(known["checksum"], known["bars"], origin.get(name), known["symbol"])
    if found.symbol == known["symbol"]:
        return found
    mine = found.slice(0, len(found))
    mine.instrument = replace(found.instrument, symbol=known["symbol"])
    return mine


def given_bars(given: Bars | str | Path, manifest: Mapping[str, Any], origin: Mapping[str, Any]) -> Bars:
    """Return prices to run again on: a file is read as the run's own was, and the same prices are its own.

    Raises
    ------
    InputError
        ``E_BARS`` for what is neither bars nor a path.
    TradewrightError
        What :func:`tradewright.load` raises.
    """
    series = manifest["series"]
    bars = given if isinstance(given, Bars) else _read_alike(given, origin.get("data") or {})
    same = matching(bars, series["checksum"], series["bars"])
    return bars if same is None else _traded_as(same, series["instrument"])


def _read_alike(place: object, source: Mapping[str, Any]) -> Bars:
    if not isinstance(place, str | Path):
        raise InputError(
            "E_BARS",
            f"bars is a {type(place).__name__}.",
            fix="Pass tw.Bars or a path: tw.load(path), tw.Bars.from_pandas(frame, symbol=...).",
            details={"name": "bars", "type": type(place).__name__},
        )
    options = _options(source)
    if str(place).startswith(_NAMED):
        options = {name: value for name, value in options.items() if name in _OF_ANY_SERIES}
    try:
        return load(place, **options)
    except DataError as refused:
        if refused.code != "E_SYMBOL" or "symbol" not in options:
            raise
    # Prices of something else: the run's symbol is not in them.
    del options["symbol"]
    return load(place, **options)


def _options(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in source.items() if name != "source"}


def matching(bars: Bars, checksum: str, count: int | None) -> Bars | None:
    """Return as many of `bars` as the run saw, when they are the same; a file may have grown since."""
    seen = bars if count is None or count >= len(bars) else bars.slice(0, count)
    return seen if seen.checksum == checksum else None


def keep_bars(bars: Bars | None, source: Mapping[str, Any] | None) -> None:
    """Put what a run saw into the store, unless it is gone already or comes with an installed package.

    Raises
    ------
    EnvironmentFaultError
        ``E_WRITE`` when it cannot be written.
    """
    place = "memory" if source is None else str(source["source"])
    if bars is not None and not place.startswith("sample:"):
        keep(bars, place)


def _found(checksum: str, count: int | None, source: Mapping[str, Any] | None, symbol: str) -> Bars:
    tried: list[str] = []
    try:
        return recall(checksum)
    except UnknownNameError:
        tried.append("they are not kept in the store")
    except TradewrightError as damaged:
        tried.append(f"in the store they are damaged ({damaged.code})")
    if source is None:
        raise BarsGoneError(symbol, checksum, [*tried, "they came from no file"])
    place = source["source"]
    try:
        bars = load(place, **_options(source))
    except TradewrightError as refused:
        raise BarsGoneError(symbol, checksum, [*tried, refused.message.rstrip(".")]) from refused
    same = matching(bars, checksum, count)
    if same is None:
        changed = f"{place} holds others now (data {bars.checksum[:12]}, not {checksum[:12]})"
        raise BarsGoneError(symbol, checksum, [*tried, changed])
    return same


def _traded_as(bars: Bars, instrument: Mapping[str, Any]) -> Bars:
    """Give the bars the run's own instrument: the same prices may be kept for another one."""
    if bars.instrument.to_dict() == instrument:
        return bars
    values = dict(instrument) | {"calendar": Calendar(instrument["calendar"])}
    mine = bars.slice(0, len(bars))
    mine.instrument = replace(Instrument(instrument["symbol"]), **values)
    return mine
