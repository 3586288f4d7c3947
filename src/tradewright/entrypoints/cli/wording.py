"""Sizes, times, counts and plain tables, as people read them."""

from datetime import UTC, datetime

from rich.table import Table

_UNITS = ("bytes", "KB", "MB", "GB")
_NUMBERS = frozenset({"version", "bars", "gaps", "size", "added", "changed", "idle"})


def size(count: int) -> str:
    """Return a number of bytes for people: ``1.5 MB``."""
    power = min(len(_UNITS) - 1, max(0, (len(str(count)) - 1) // 3))
    return f"{count} bytes" if power == 0 else f"{count / 1000**power:.1f} {_UNITS[power]}"


def plural(word: str, count: int) -> str:
    """Return `word` for one or several."""
    return word if count == 1 else f"{word}s"


def iso(time: int) -> str:
    """Return UTC nanoseconds as ISO 8601 with seconds and a trailing ``Z``."""
    return datetime.fromtimestamp(time // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(time: int) -> str:
    """Return UTC nanoseconds for people: to the minute, or the day alone at its start."""
    return iso(time)[:16].replace("T", " ").removesuffix(" 00:00")


def columns(*names: str) -> Table:
    """Return a table without lines; what is a number stands on the right."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in names:
        right = "right" if column in _NUMBERS else "left"
        table.add_column(column, overflow="fold", no_wrap=column not in {"series", "source"}, justify=right)
    return table
