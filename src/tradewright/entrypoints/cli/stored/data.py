"""``tradewright data``: what is in the store, whether it is sound, and what may go."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

import tradewright as tw
from tradewright.core.errors import DataError, EnvironmentFaultError
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.stored.data_changes import export_series, prune_series, remove_series
from tradewright.entrypoints.cli.stored.series_argument import AnySeries, Series, chosen
from tradewright.entrypoints.cli.terminal import out, print_json, say
from tradewright.entrypoints.cli.wording import columns, iso, plural, short, size

if TYPE_CHECKING:
    from tradewright.core.errors import TradewrightError
    from tradewright.data.bar_store import Coverage, Stretch
    from tradewright.data.stores.parquet.kept import Kept

app = typer.Typer(name="data", help="Look after the stored bars.", no_args_is_help=True)

_MOST = 10


@app.command("list")
def list_series(
    kept: Annotated[bool, typer.Option("--kept", help="List the bars that are kept for runs.")] = False,
    as_json: Json = False,
) -> None:
    """List the stored series."""
    if kept:
        print_kept(tw.kept_bars().entries(), as_json=as_json)
        return
    sound, damaged = _surveyed()
    count, taken = tw.kept_bars().size()
    if as_json:
        rows = [_plain(coverage, gaps=False) for coverage in sound]
        faults = [{"series": str(key)} | error.to_dict() for key, error in damaged]
        print_json({"series": rows, "damaged": faults, "kept": {"count": count, "bytes": taken}})
    else:
        if sound:
            out().print(_listed(sound))
        for key, error in damaged:
            out().print(f"[red]damaged[/] {escape(str(key))}: [red]{error.code}[/] {escape(error.message)}")
        if not sound and not damaged:
            say(f"nothing is stored in {tw.store().root}; store a file with: tradewright import FILE")
        if count:
            told = f"kept for runs: bars of {count:,} {plural('source', count)}, {size(taken)}"
            out().print(f"[dim]{told}; list them with --kept[/]")
    if damaged:
        raise typer.Exit(DataError.exit_code)


def _surveyed() -> "tuple[list[Coverage], list[tuple[tw.SeriesKey, TradewrightError]]]":
    """Return what is held of each series, and those of which it cannot be said, with the reason."""
    sound: list[Coverage] = []
    damaged: list[tuple[tw.SeriesKey, TradewrightError]] = []
    store = tw.store()
    for key in store.series():
        try:
            sound.append(store.coverage(key))
        except (DataError, EnvironmentFaultError) as error:
            damaged.append((key, error))
    return sound, damaged


def _listed(covered: "list[Coverage]") -> Table:
    table = columns("series", "bars", "first", "last", "gaps", "size")
    for c in covered:
        span = (short(c.first), short(c.last))
        table.add_row(escape(str(c.key)), f"{c.bars:,}", *span, f"{c.gap_count:,}", size(c.bytes))
    return table


@app.command("show")
def show_series(series: Series, as_json: Json = False) -> None:
    """Show what is held of a series, where it has gaps, and where its bars came from."""
    key = tw.find_series(series)
    coverage, entries = tw.store().coverage(key), tw.store().lineage(key)
    if as_json:
        print_json(_plain(coverage, gaps=True) | {"lineage": [_told(entry.to_dict()) for entry in entries]})
        return
    console = out()
    console.print(f"[bold]{escape(str(key))}[/] [dim]version {coverage.version}[/]\n")
    span = f"{short(coverage.first)} to {short(coverage.last)} UTC"
    console.print(f"{coverage.bars:,} {plural('bar', coverage.bars)}, {span}, {size(coverage.bytes)}")
    if coverage.columns:
        console.print(f"beside prices and volume: {escape(', '.join(coverage.columns))}")
    console.print(f"checksum {coverage.checksum}", style="dim", soft_wrap=True)
    if coverage.gaps:
        longest = sorted(coverage.gaps, key=lambda gap: -gap.bars)[:_MOST]
        count = len(coverage.gaps)
        rest = "; the longest:" if count > len(longest) else ":"
        console.print(f"\n{count:,} {plural('gap', count)}, closed markets among them{rest}")
        console.print(_stretches(longest))
    table = columns("version", "written", "added", "changed", "source")
    for entry in entries[-_MOST:]:
        cells = (entry.at[:16].replace("T", " "), f"{entry.added:,}", f"{entry.changed:,}")
        table.add_row(str(entry.version), *cells, escape(Path(entry.source).name or entry.source))
    console.print()
    if len(entries) > _MOST:
        console.print(f"the last {_MOST} of {len(entries):,} writes:")
    console.print(table)


@app.command("verify")
def verify_series(series: AnySeries = None, as_json: Json = False) -> None:
    """Read everything again and say what is damaged."""
    found = [(str(key), fault) for key in chosen(series) for fault in tw.store().verify(key)]
    if series is None:
        found += [("kept for runs", fault) for fault in tw.kept_bars().verify()]
    if as_json:
        faults = [{"series": name} | asdict(fault) for name, fault in found]
        print_json({"sound": not found, "faults": faults})
    else:
        for name, fault in found:
            out().print(
                f"[red]{escape(name)}[/] {escape(fault.place)} {escape(fault.problem)}", soft_wrap=True
            )
        count = f"{len(found):,} {plural('fault', len(found))}."
        out().print(count if found else "Everything is as it was written.", style="bold")
    if found:
        raise typer.Exit(DataError.exit_code)


def _plain(coverage: "Coverage", *, gaps: bool) -> dict[str, Any]:
    told = asdict(coverage) | {"series": str(coverage.key)}
    del told["key"], told["ranges"]
    count = told.pop("gap_count")
    told["gaps"] = [_told(asdict(gap)) for gap in coverage.gaps] if gaps else count
    return _told(told)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: iso(values[name]) for name in ("first", "last")}


def print_kept(entries: "list[Kept]", *, as_json: bool) -> None:
    """Print the bars that are kept for runs, those used last first."""
    if as_json:
        print_json({"kept": [_told(asdict(one)) for one in entries]})
        return
    table = columns("data", "series", "bars", "first", "last", "idle", "size")
    for one in entries:
        what = f"{one.symbol} {one.timeframe}"
        cells = (
            f"{one.bars:,}",
            short(one.first),
            short(one.last),
            f"{one.idle_days:.0f} d",
            size(one.bytes),
        )
        table.add_row(one.checksum[:12], escape(what), *cells)
    out().print(table if entries else "nothing is kept for runs")


def _stretches(stretches: "list[Stretch]") -> Table:
    table = columns("from", "to", "bars")
    for stretch in stretches:
        table.add_row(short(stretch.first), short(stretch.last), f"{stretch.bars:,}")
    return table


app.command("export")(export_series)
app.command("prune")(prune_series)
app.command("remove")(remove_series)
