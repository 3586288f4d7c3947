"""``tradewright data``: what is in the store, whether it is sound, and what may go."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

import tradewright as tw
from tradewright.core.errors import DataError
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.terminal import out, print_json, say

if TYPE_CHECKING:
    from tradewright.data.bar_store import Coverage, Stretch

app = typer.Typer(name="data", help="Look after the stored bars.", no_args_is_help=True)

_MOST = 10
_UNITS = ("bytes", "KB", "MB", "GB")

Series = Annotated[
    str, typer.Argument(help="venue/symbol/timeframe, as in local/AAPL/1d.", show_default=False)
]
AnySeries = Annotated[
    str | None, typer.Argument(help="venue/symbol/timeframe; all without it.", show_default=False)
]


@app.command("list")
def list_series(as_json: Json = False) -> None:
    """List the stored series."""
    covered = [tw.store().coverage(key) for key in tw.store().series()]
    if as_json:
        print_json({"series": [_plain(coverage, gaps=False) for coverage in covered]})
    elif covered:
        table = _table("series", "bars", "first", "last", "gaps", "size")
        for c in covered:
            cells = (
                str(c.key),
                f"{c.bars:,}",
                short(c.first),
                short(c.last),
                f"{len(c.gaps):,}",
                size(c.bytes),
            )
            table.add_row(*map(escape, cells))
        out().print(table)
    else:
        say(f"nothing is stored in {tw.store().root}")


@app.command("show")
def show_series(series: Series, as_json: Json = False) -> None:
    """Show what is held of a series, where it has gaps, and where its bars came from."""
    key = tw.SeriesKey.parse(series)
    coverage, entries = tw.store().coverage(key), tw.store().lineage(key)
    if as_json:
        print_json(_plain(coverage, gaps=True) | {"lineage": [_told(entry.to_dict()) for entry in entries]})
        return
    console = out()
    console.print(f"[bold]{escape(str(key))}[/] [dim]version {coverage.version}[/]\n")
    span = f"{short(coverage.first)} to {short(coverage.last)} UTC"
    console.print(f"{coverage.bars:,} bars, {span}, {size(coverage.bytes)}")
    console.print(f"checksum {coverage.checksum}", style="dim")
    if coverage.gaps:
        longest = sorted(coverage.gaps, key=lambda gap: -gap.bars)[:_MOST]
        console.print(f"\n{len(coverage.gaps):,} gaps, closed markets among them; the longest:")
        console.print(_stretches(longest))
    table = _table("version", "written", "added", "changed", "source")
    for entry in entries[-_MOST:]:
        cells = (str(entry.version), entry.at, f"{entry.added:,}", f"{entry.changed:,}", entry.source)
        table.add_row(*map(escape, cells))
    console.print()
    console.print(table)


@app.command("verify")
def verify_series(series: AnySeries = None, as_json: Json = False) -> None:
    """Read everything again and say what is damaged."""
    found = [(key, fault) for key in _chosen(series) for fault in tw.store().verify(key)]
    if as_json:
        print_json(
            {"sound": not found, "faults": [{"series": str(key)} | asdict(fault) for key, fault in found]}
        )
    else:
        for key, fault in found:
            out().print(
                f"[red]{escape(str(key))}[/] {escape(fault.place)} {escape(fault.problem)}", soft_wrap=True
            )
        out().print(
            f"{len(found):,} fault{'s' * (len(found) > 1)}." if found else "Everything is as it was written.",
            style="bold",
        )
    if found:
        raise typer.Exit(DataError.exit_code)


@app.command("prune")
def prune_series(
    series: AnySeries = None,
    apply: Annotated[bool, typer.Option("--apply", help="Remove it; without this, only say so.")] = False,
    as_json: Json = False,
) -> None:
    """Say what older states and interrupted writes still take, or remove it."""
    pruned = {key: tw.store().prune(key, apply=apply) for key in _chosen(series)}
    total = sum(one.bytes for one in pruned.values())
    if as_json:
        rows = [{"series": str(key)} | asdict(one) for key, one in pruned.items()]
        print_json({"applied": apply, "bytes": total, "series": rows})
        return
    for key, one in pruned.items():
        if one.pieces:
            gone = f", versions {', '.join(map(str, one.versions))}" if one.versions else ""
            out().print(
                f"{escape(str(key))}: {len(one.pieces):,} files, {size(one.bytes)}{gone}", soft_wrap=True
            )
    hint = "" if apply or not total else "; remove it with: tradewright data prune --apply"
    out().print(f"{size(total)} {'removed' if apply else 'could go'}{hint}", style="bold", soft_wrap=True)


def size(count: int) -> str:
    """Return a number of bytes for people: ``1.5 MB``."""
    power = min(len(_UNITS) - 1, max(0, (len(str(count)) - 1) // 3))
    return f"{count} bytes" if power == 0 else f"{count / 1000**power:.1f} {_UNITS[power]}"


def iso(time: int) -> str:
    """Return UTC nanoseconds as ISO 8601 with seconds and a trailing ``Z``."""
    return datetime.fromtimestamp(time // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(time: int) -> str:
    """Return UTC nanoseconds for people: to the minute, or the day alone at its start."""
    return iso(time)[:16].replace("T", " ").removesuffix(" 00:00")


def _chosen(series: str | None) -> "list[tw.SeriesKey]":
    return tw.store().series() if series is None else [tw.SeriesKey.parse(series)]


def _plain(coverage: "Coverage", *, gaps: bool) -> dict[str, Any]:
    told = asdict(coverage) | {"series": str(coverage.key)}
    del told["key"], told["ranges"]
    told["gaps"] = [_told(asdict(gap)) for gap in coverage.gaps] if gaps else len(coverage.gaps)
    return _told(told)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: iso(values[name]) for name in ("first", "last")}


def _stretches(stretches: "list[Stretch]") -> Table:
    table = _table("from", "to", "bars")
    for stretch in stretches:
        table.add_row(short(stretch.first), short(stretch.last), f"{stretch.bars:,}")
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column not in {"series", "source"})
    return table
