"""From a run to what people look at: the report, the chart of a notebook, the table under a cell."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tradewright.reports.html.card import run_card
from tradewright.reports.html.chart_page import CHART_ROOM, chart_page, framed
from tradewright.reports.html.report import report_page
from tradewright.reports.levels import candles
from tradewright.reports.material import Floats, ReportMaterial
from tradewright.reports.writing import page_path, write_page
from tradewright.research.around.holding import held_path

if TYPE_CHECKING:
    from tradewright.library.run_view import RunView


def material_of(run: "RunView") -> ReportMaterial:
    """Return what a report of `run` is drawn from."""
    curve = run.equity_columns()
    return ReportMaterial(
        document=run.to_dict(),
        manifest=run.manifest,
        time=curve["timestamp"],
        equity=curve["equity"],
        drawdown=curve["drawdown"],
        benchmark=held(run),
        bars=run.bars,
        fills=run.fill_columns(),
    )


def held(run: "RunView") -> Floats | None:
    """Return the equity of buying at the window's second open, with one fee, and holding (7.4)."""
    bars, world, rules = run.bars, run.world, run.manifest["rules"]
    cash = float(rules["cash"])
    n = int(run.manifest["window"]["bars"])
    if bars is None or world is None:
        return None
    path = held_path(bars, len(bars) - n, rules, world)
    if path is None:
        return np.full(n, cash, np.float64)
    with np.errstate(over="ignore"):  # it may outgrow what a float can say
        return None if np.isnan(path).any() else cash * path


def write_report(run: "RunView", path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the report of `run` as one HTML file.

    Raises
    ------
    InputError
        ``E_PAGE_EXISTS`` when `path` is taken, and not by a file that may be overwritten.
    ParameterError
        ``E_PARAMETER`` when `path` is no path.
    EnvironmentFaultError
        ``E_WRITE`` when it cannot be written.
    """
    place = page_path(path)
    return write_page(place, report_page(material_of(run)), overwrite=overwrite)


class RunChart:
    """Equity, drawdown and price of a run with its trades: drawn in a notebook, or saved as a page.

    Above 50,000 bars a candle stands for more than one of them; the chart and ``repr`` say so.
    """

    def __init__(self, run: "RunView") -> None:
        self._material = material_of(run)

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the chart as one HTML file; the errors of :func:`write_report`."""
        place = page_path(path)
        return write_page(place, chart_page(self._material), overwrite=overwrite)

    def _repr_html_(self) -> str:
        """Draw the chart in a notebook."""
        return framed(chart_page(self._material))

    def __repr__(self) -> str:
        """Say what is drawn, at which resolution, and how to see it without a notebook."""
        run, n = self._material.document["run"], self._material.time.size
        return (
            f"RunChart({run['strategy']} on {run['symbol']} {run['timeframe']}, {n:,} bars, "
            f"{candles(n, CHART_ROOM)}; a notebook draws it, .save('chart.html') writes it)"
        )


def card_of(run: "RunView") -> str:
    """Return what a notebook shows for a run."""
    return run_card(material_of(run))
