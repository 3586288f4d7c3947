"""A price series as a notebook shows it."""

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from tradewright.core.isolation import isolated

if TYPE_CHECKING:
    from tradewright.core.bars import Bars

_ENDS = 3  # rows shown at either end
_CELL = 'style="text-align:right;padding:1px 8px;font-variant-numeric:tabular-nums"'
_LEFT = 'style="text-align:left;padding:1px 8px"'


def bars_html(bars: "Bars") -> str:
    """Return symbol, timeframe, period, size and notes of `bars`, and their first and last rows, as HTML."""
    n = len(bars)
    said = [f"{n:,} bars of {bars.timeframe}"]
    if n:
        said.append(f"{_moment(bars, 0)} to {_moment(bars, n - 1)} UTC")
    said += [f"{code}: {count:,}" for code, count in bars.notes.items()]
    head = f"<b>{escape(isolated(bars.symbol))}</b> · {escape(' · '.join(said))}"
    return f"<div>{head}{_table(bars) if n else ''}</div>"


def _table(bars: "Bars") -> str:
    n = len(bars)
    few = n <= 2 * _ENDS + 1
    shown = [*range(n)] if few else [*range(_ENDS), *range(n - _ENDS, n)]
    columns = [_texts([float(column[i]) for i in shown]) for column in bars.columns.values()]
    rows = [_row(_moment(bars, i), cells) for i, *cells in zip(shown, *columns, strict=True)]
    if not few:
        rows.insert(_ENDS, _row("…", [""] * len(columns)))
    names = "".join(f"<th {_CELL}>{escape(name)}</th>" for name in bars.columns)
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;font-size:small">'
        f"<thead><tr><th {_LEFT}>open time, UTC</th>{names}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _texts(values: list[float]) -> list[str]:
    """Write the numbers of a column with as many decimals as the one that needs most, up to ten digits."""
    texts = [f"{value:.10g}" for value in values]
    if any("e" in text or "n" in text for text in texts):
        return texts
    decimals = max(len(text.partition(".")[2]) for text in texts)
    return [f"{value:,.{decimals}f}" for value in values]


def _row(moment: str, cells: list[str]) -> str:
    return f"<tr><td {_LEFT}>{moment}</td>{''.join(f'<td {_CELL}>{cell}</td>' for cell in cells)}</tr>"


def _moment(bars: "Bars", i: int) -> str:
    text = str(np.datetime64(int(bars.time[i]), "ns"))[:19].replace("T", " ")
    return text.removesuffix(":00").removesuffix(" 00:00")
