"""Named columns as pandas and polars frames; the frame library is imported when asked for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tradewright.core.optional import optional

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


def is_time(name: str) -> bool:
    """Say whether a column holds int64 UTC nanoseconds."""
    return name in {"time", "timestamp"} or name.endswith("_time")


def as_pandas(columns: Mapping[str, Any]) -> "pd.DataFrame":
    """Return a pandas frame; time columns become UTC timestamps."""
    pandas: Any = optional("pandas")
    frame = pandas.DataFrame(dict(columns))
    for name in filter(is_time, columns):
        frame[name] = pandas.to_datetime(frame[name], utc=True)
    return frame


def as_polars(columns: Mapping[str, Any]) -> "pl.DataFrame":
    """Return a polars frame; time columns become UTC nanosecond datetimes."""
    polars: Any = optional("polars")
    frame = polars.DataFrame(dict(columns))
    times = [polars.col(name).cast(polars.Datetime("ns", "UTC")) for name in columns if is_time(name)]
    return frame.with_columns(times)
