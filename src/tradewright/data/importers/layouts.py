"""The layouts that are known by name: those that come without a header, and what a header gives away."""

import re

from tradewright.data.importers.meanings import CLOCK, DATE, PRICES, SYMBOL, TIME, VOLUME, plain

_CELLS = {
    "epoch": re.compile(r"\d{9,19}"),
    "second": re.compile(r"\d{9,10}"),
    "count": re.compile(r"\d{1,9}"),
    "date": re.compile(r"\d{4}[.\-/]\d\d[.\-/]\d\d|\d{8}"),
    "clock": re.compile(r"\d\d:\d\d(:\d\d)?|\d{6}"),
    "name": re.compile(r"[^\W\d_][\w.^=\-/:]*|[\^#$][\w.\-]+"),
    "period": re.compile(r"[DWMQY]|\d{1,4}"),
    "number": re.compile(r"\W{0,3}\d.*"),
}
_OHLC = " ".join(["number"] * 4)
_OHLCV = (*PRICES, VOLUME)
_KLINE = ("quote_volume", "trades_count", "taker_buy_volume", "taker_buy_quote_volume")

# Layouts without a header: name, the kind of each cell, the meaning of each column.
_WITHOUT_HEADER = (
    ("exchange klines", f"epoch {_OHLC} number epoch {_OHLC} number", (TIME, *_OHLCV, "", *_KLINE, "")),
    ("ccxt rows", f"epoch {_OHLC} number", (TIME, *_OHLCV)),
    ("Kraken", f"second {_OHLC} number count", (TIME, *_OHLCV, "trades_count")),
    ("MetaTrader", f"date clock {_OHLC}", (DATE, CLOCK, *PRICES)),
    ("MetaTrader", f"date clock {_OHLC} number", (DATE, CLOCK, *_OHLCV)),
    ("MetaTrader", f"date clock {_OHLC} number number", (DATE, CLOCK, *PRICES, "tick_volume", VOLUME)),
    (
        "MetaTrader",
        f"date clock {_OHLC} number number number",
        (DATE, CLOCK, *PRICES, "tick_volume", VOLUME, "spread"),
    ),
    (
        "Stooq",
        f"name period date clock {_OHLC} number number",
        (SYMBOL, "", DATE, CLOCK, *_OHLCV, "open_interest"),
    ),
)

# What a header has when it is of a layout, and what it has not more than.
_BY_HEADER = (
    ("Stooq", ("ticker", "per", "date", "time")),
    ("MetaTrader", ("date", "open", "high", "low", "close", "tickvol", "vol", "spread")),
    ("exchange klines", ("opentime", "closetime", "quotevolume")),
    ("exchange klines", ("opentime", "closetime", "quoteassetvolume")),
    ("Yahoo", ("date", "open", "high", "low", "close", "adjclose", "volume")),
)


def without_header(cells: list[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return name and columns of the layout that a first row without titles fits, if any does."""
    for name, kinds, columns in _WITHOUT_HEADER:
        expected = kinds.split()
        if len(expected) == len(cells) and all(map(_is, cells, expected)):
            return name, columns
    return None


def _is(cell: str, kind: str) -> bool:
    return _CELLS[kind].fullmatch(cell.strip()) is not None


def named(titles: list[str]) -> str:
    """Return the name of the layout that a header gives away; ``generic`` for any other."""
    written = [plain(title) for title in titles]
    for name, needed in _BY_HEADER:
        if set(needed) <= set(written):
            return name
    if titles[0] == "":
        return "data frame with its index"
    if titles[:5] == ["time", *PRICES] and titles[5:] and titles[5] != VOLUME:
        return "TradingView"
    return "generic"
