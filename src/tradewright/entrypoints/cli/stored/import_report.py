"""What ``tradewright import`` prints: how files were understood, what came of them, and what to type next."""

import shlex
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from tradewright.entrypoints.cli.next_steps import program
from tradewright.entrypoints.cli.wording import plural, short

if TYPE_CHECKING:
    from tradewright.data.importers.preview import ImportPreview
    from tradewright.library.importing import ImportedFile

_FEW = 5
_INDENT = 10
_STYLES = {"stored": "green", "unchanged": "dim", "previewed": "cyan", "failed": "red"}


def print_file(console: Console, one: "ImportedFile", *, whole: bool) -> None:
    """Print one file: in a few lines, or with all that was understood of it when `whole`."""
    console.print(f"[{_STYLES[one.outcome]}]{one.outcome:<9}[/] {escape(one.path)}", soft_wrap=True)
    if whole and one.preview is not None:
        console.print(Padding(_facts(one.preview), (0, 0, 0, _INDENT), expand=False))
    if one.error is not None:
        _print_below(console, f"[red]{one.error.code}[/] {escape(f'{one.error.message} {one.error.fix}')}")
        return
    count, span = f"{one.bars:,} {plural('bar', one.bars)}", f"{short(one.first)} to {short(one.last)} UTC"
    _print_below(console, escape(f"{one.key} · {count} · {span}{_effect(one)}"))
    for warning in one.to_dict()["warnings"]:
        _print_below(console, f"[yellow]![/] {escape(warning['message'])} [dim]{warning['code']}[/]")


def _facts(seen: "ImportPreview") -> Table:
    """Return how a file was read, a line for each thing that could have been read in another way."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    kind = [seen.layout, seen.compression, seen.encoding, "" if seen.header else "no header"]
    named = [name if name.casefold() == means else f"{name} = {means}" for name, means in seen.columns]
    gaps = [f"{gap.after[:10]} to {gap.before[:10]} ({gap.bars:,})" for gap in seen.gaps[:2]]
    lines = {
        "layout": ", ".join(part for part in kind if part),
        "columns": ", ".join(named),
        "not read": ", ".join(seen.ignored),
        "times": ", ".join(part for part in (seen.time_format, seen.timezone) if part),
        "rows": f"{seen.rows_read:,}" + (f", {seen.rows_dropped:,} not bars" if seen.rows_dropped else ""),
        "gaps": f"{seen.gap_count:,}, the longest {', '.join(gaps)}" if gaps else "",
    }
    for name, text in lines.items():
        if text:
            table.add_row(name, escape(text))
    return table


def _effect(one: "ImportedFile") -> str:
    """Say what is new, where that is not simply all."""
    if not one.added and not one.changed:
        return " · all there already"
    parts = [f"{one.added:,} new"] if one.added < one.bars else []
    parts += [f"{one.changed:,} replaced"] if one.changed else []
    return "".join(f" · {part}" for part in parts)


def _print_below(console: Console, text: str) -> None:
    console.print(Padding(text, (0, 0, 0, _INDENT), expand=False))


def print_sum(console: Console, done: "list[ImportedFile]", *, dry_run: bool) -> None:
    """Say what the store has now of every series that was met, and how to use it."""
    console.print()
    failed = sum(one.outcome == "failed" for one in done)
    added, changed = (sum(getattr(one, name) for one in done) for name in ("added", "changed"))
    parts = [f"{len(done):,} {plural('file', len(done))}"]
    parts += [f"{failed:,} failed"] if failed else []
    parts += [f"{added:,} new {plural('bar', added)}" + (" to store" if dry_run else "")]
    parts += [f"{changed:,} replaced"] if changed else []
    console.print(", ".join(parts) + (", nothing was written" if dry_run else ""), style="bold")
    stored = {one.key: one for one in done if one.key and one.outcome in {"stored", "unchanged"}}
    if stored:
        _print_next(console, list(stored.values()))


def _print_next(console: Console, stored: "list[ImportedFile]") -> None:
    console.print("\nNext", style="bold")
    for one in stored[:_FEW]:
        words = [program(), "backtest", "ma_crossover", "--data", one.name]
        console.print(f"  {escape(shlex.join(words))}", soft_wrap=True)
    words = [program(), "data", *(["show", stored[0].name] if len(stored) <= _FEW else ["list"])]
    why = "gaps, and where its bars came from" if len(stored) <= _FEW else f"all {len(stored):,} series"
    console.print(f"  {escape(shlex.join(words))}  [dim]# {why}[/]", soft_wrap=True)
