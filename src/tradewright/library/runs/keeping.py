"""Keeping a run: its folder first, then what comes with it, each as far as it can be had."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tradewright.core.errors import TradewrightError
from tradewright.library.runs.bars import keep_bars
from tradewright.library.runs.directory import RunRecord
from tradewright.library.runs.layouts import ARRAYS
from tradewright.library.runs.names import require_name
from tradewright.library.runs.shelf import RunShelf

if TYPE_CHECKING:
    from tradewright.library.run_view import RunView


class RunColumns(NamedTuple):
    """A run's tables as named arrays."""

    trades: dict[str, Any]
    equity: dict[str, Any]
    fills: dict[str, Any]


def keep_run(run: "RunView", name: str | None) -> Path:
    """Keep `run`; see :meth:`RunView.keep`. What goes wrong once it is kept says what is lacking."""
    if name is not None:
        require_name(name)
    shelf = RunShelf()
    origin = run.origin
    columns = RunColumns(run.trade_columns(), run.equity_columns(), run.fill_columns())
    folder = shelf.put(RunRecord(run.summary(), run.manifest, origin, columns, ARRAYS))
    steps: dict[str, Callable[[], Any]] = {"not as the last one": partial(shelf.mark_last, folder)}
    if name is not None:
        steps["not by that name"] = partial(shelf.name, name, run.fingerprint)
    steps["without its bars"] = partial(keep_bars, run.bars, origin.get("data"))
    steps["without its benchmark"] = partial(keep_bars, run.benchmark, origin.get("benchmark"))
    steps |= _around(run, origin)
    failed: dict[str, TradewrightError] = {}
    for lack, step in steps.items():
        try:
            step()
        except TradewrightError as refused:
            failed[lack] = refused
    if failed:
        first = next(iter(failed.values()))
        first.message = f"the run is kept, but {' and '.join(failed)}: {first.message}"
        first.details["lacks"] = list(failed)
        raise first
    return folder


def _around(run: "RunView", origin: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
    """Return the steps that keep rates and finer bars, which only some runs have."""
    world = run.world
    if world is None:
        return {}
    series = {"rates": ("without its rates", world.rates), "finer": ("without its finer bars", world.finer)}
    return {
        lack: partial(keep_bars, bars, origin.get(name))
        for name, (lack, bars) in series.items()
        if bars is not None
    }
