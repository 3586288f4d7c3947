"""The argument that names a stored series."""

from typing import Annotated

import typer

import tradewright as tw

Series = Annotated[str, typer.Argument(help="As in AAPL:1d, or in full local/AAPL/1d.", show_default=False)]
AnySeries = Annotated[str | None, typer.Argument(help="As in AAPL:1d; all without it.", show_default=False)]


def chosen(series: str | None) -> "list[tw.SeriesKey]":
    """Return the series that a user named, or all."""
    return tw.store().series() if series is None else [tw.find_series(series)]
