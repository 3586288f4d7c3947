"""``tradewright data prune|remove|export``: what leaves the store."""

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

import tradewright as tw
from tradewright.entrypoints.cli.options import End, Json, Start
from tradewright.entrypoints.cli.stored.series_argument import AnySeries, Series, chosen
from tradewright.entrypoints.cli.terminal import out, print_json
from tradewright.entrypoints.cli.wording import plural, size

if TYPE_CHECKING:
    from tradewright.data.bar_store import Pruned


def _not_nan(days: float | None) -> float | None:
    if days is not None and math.isnan(days):
        raise typer.BadParameter("nan is no number of days")
    return days


def prune_series(
    series: AnySeries = None,
    kept: Annotated[
        float | None,
        typer.Option(
            help="Also bars kept for runs that none used for so many days.",
            metavar="DAYS",
            min=0,
            callback=_not_nan,
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Remove it; without this, only say so.")] = False,
    as_json: Json = False,
) -> None:
    """Say what older states and interrupted writes still take, or remove it. What kept runs need stays."""
    idle = [] if kept is None else [one for one in tw.kept_bars().entries() if one.idle_days >= kept]
    if apply:
        tw.kept_bars().forget(one.checksum for one in idle)
    pruned = {key: tw.store().prune(key, apply=apply) for key in chosen(series)}
    left = tw.store().sweep(apply=apply) if series is None else 0
    total = left + sum(one.bytes for one in (*pruned.values(), *idle))
    if as_json:
        rows = [{"series": str(key)} | asdict(one) for key, one in pruned.items()]
        forgotten = [one.checksum for one in idle]
        print_json({"applied": apply, "bytes": total, "series": rows, "kept": forgotten, "left": left})
        return
    for key, one in pruned.items():
        _print_pruned(key, one)
    if idle:
        words = f"bars of {len(idle):,} {plural('source', len(idle))}, {size(sum(one.bytes for one in idle))}"
        out().print(f"kept for runs: {words}; runs on them can then be reproduced only from their files")
    if left:
        out().print(f"left by crashes: {size(left)}")
    words = [*([series] if series else []), *([f"--kept {kept:g}"] if kept is not None else []), "--apply"]
    hint = "" if apply or not total else f"; remove it with: tradewright data prune {' '.join(words)}"
    done = "removed" if apply else "could go"
    out().print(f"[bold]{size(total)} {done}[/]{escape(hint)}", soft_wrap=True)


def _print_pruned(key: "tw.SeriesKey", one: "Pruned") -> None:
    if one.pieces:
        gone = f", {_versions(one.versions)}" if one.versions else ""
        files = f"{len(one.pieces):,} {plural('file', len(one.pieces))}"
        out().print(f"{escape(str(key))}: {files}, {size(one.bytes)}{gone}", soft_wrap=True)
    if one.pinned:
        out().print(f"{escape(str(key))}: {_versions(one.pinned)} stays, kept runs need it", style="dim")


def _versions(numbers: tuple[int, ...]) -> str:
    return f"{plural('version', len(numbers))} {', '.join(map(str, numbers))}"


def remove_series(
    series: Series,
    apply: Annotated[bool, typer.Option("--apply", help="Remove it; without this, only say so.")] = False,
    as_json: Json = False,
) -> None:
    """Remove a series with all its states and lineage. What kept runs need of it is kept beside."""
    key = tw.find_series(series)
    lost: list[str] = []
    if apply:
        lost = tw.kept_bars().detach(key)
        tw.store().remove(key)
    if as_json:
        print_json({"series": str(key), "applied": apply, "lost": lost})
        return
    done = "removed" if apply else "would be removed; do it with --apply"
    out().print(f"{escape(str(key))} {done}", style="bold")
    if lost:
        out().print(f"[yellow]![/] bars of {len(lost):,} kept runs were damaged with it and are gone")


def export_series(
    series: Series,
    file: Annotated[Path, typer.Argument(help="New .csv, .csv.gz or .parquet file.", show_default=False)],
    start: Start = None,
    end: End = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
    as_json: Json = False,
) -> None:
    """Write a series into a file that spreadsheets, other tools and `import` read."""
    bars = tw.load(f"store:{series.removeprefix('store:')}", start=start, end=end)
    written = tw.export_bars(bars, file, overwrite=overwrite)
    if as_json:
        facts = {"file": str(written), "bars": len(bars), "checksum": bars.checksum}
        print_json(facts | {"bytes": written.stat().st_size})
        return
    taken = size(written.stat().st_size)
    out().print(f"{len(bars):,} {plural('bar', len(bars))} written to {escape(str(written))}, {taken}")
