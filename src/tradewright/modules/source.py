"""The column that a single-series module reads, chosen by its `source` parameter."""

from typing import Annotated

from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.modules.module import Floats

SOURCES = ("open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4")

Source = Annotated[
    str,
    Field(
        title="Source",
        description="Column to read: a price, the volume, a mean of prices, or an extra column.",
        min_length=1,
        json_schema_extra={"choices": list(SOURCES)},
    ),
]


def source_of(bars: Bars, name: str) -> Floats:
    """Return the column called `name`, or the mean of prices that it stands for. Shape ``(n,)``.

    Raises
    ------
    InputError
        ``E_FIELD`` when `bars` has no such column.
    """
    if name in bars.columns:
        return bars.columns[name]
    if name == "hl2":
        return (bars.high + bars.low) / 2.0
    if name == "hlc3":
        return (bars.high + bars.low + bars.close) / 3.0
    if name == "ohlc4":
        return (bars.open + bars.high + bars.low + bars.close) / 4.0
    return bars.column(name)
