"""Prices as our own bars."""

from typing import Any

import tradewright as tw


def bars_of(arrays: dict[str, Any], timeframe: str, symbol: str) -> tw.Bars:
    columns = {name: column for name, column in arrays.items() if name != "time"}
    return tw.Bars(arrays["time"], columns, timeframe=timeframe, instrument=symbol)
