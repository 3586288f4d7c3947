"""Chart and trade table: what stands on the page before its scripts fill it."""

from html import escape
from typing import Any

from tradewright.reports.html.values import currency_of
from tradewright.reports.material import ReportMaterial
from tradewright.reports.trades import further_shown
from tradewright.reports.words import counted

# table.mjs says the same.
PAPER_ROWS = 200
_PAPER = f'<p class="note paper">On paper the table ends after {PAPER_ROWS} rows; the page has all.</p>'
_MOVING = '<span class="screen">Drag to move the chart; Ctrl and the wheel zoom it.</span>'
_MARKS = ", a click on a mark in the chart finds its row"
_COLUMNS = (
    ("entry_time", "Entry, UTC", ""),
    ("exit_time", "Exit, UTC", ""),
    ("side", "Side", ""),
    ("quantity", "Quantity", "n"),
    ("entry_price", "In", "n"),
    ("exit_price", "Out", "n"),
    ("pnl", "P&amp;L, {currency}", "n"),
    ("return", "Return, %", "n"),
    ("fees", "Fees, {currency}", "n"),
    ("bars_held", "Bars", "n"),
    ("exit_reason", "Why", ""),
    ("mae", "MAE, %", "n"),
    ("mfe", "MFE, %", "n"),
)
# Shown only where they say something.
_FURTHER = {
    "carry": ("carry", "Funding, borrow, dividends, {currency}", "n"),
    "entries": ("entries", "Entries", "n"),
    "exits": ("exits", "Exits", "n"),
}


def chart(
    material: ReportMaterial,
    data: dict[str, Any],
    *,
    heading: str = "Equity, drawdown and price",
    level: int = 2,
) -> str:
    """Return the frame of the chart, and what it shows at which resolution."""
    has_bars = material.bars is not None
    log = (
        '<label><input type="checkbox" id="log"> log equity</label>'
        if bool((material.equity > 0).all())
        else ""
    )
    return (
        f'<section id="chart"><div class="bar"><h{level}>{escape(heading)}</h{level}>'
        f'<span class="view note" aria-live="polite"></span><span class="screen">{log} '
        '<button type="button" id="whole">Whole window</button></span></div>'
        '<div class="legend" aria-live="off"></div>'
        f'<div class="canvas{"" if has_bars else " short"}" tabindex="0" role="group" '
        'aria-label="Chart of equity, drawdown and price; arrow keys move it, plus and minus zoom"></div>'
        '<noscript><p class="fault">Charts and trade table need JavaScript.</p></noscript>'
        f'<p class="fault" id="fault" role="alert" hidden></p>{_key(material, data)}</section>'
    )


def trades(material: ReportMaterial) -> str:
    """Return the frame of the trade table with its filters."""
    rows = [*material.document["trades"], *material.document["run"]["open_trades"]]
    if not rows:
        return (
            '<section id="trades"><div class="bar"><h2>Trades</h2></div>'
            '<p class="muted">No trade in this window, so there is nothing to list.</p></section>'
        )
    return (
        '<section id="trades"><div class="bar"><h2>Trades</h2>'
        '<span class="status note" aria-live="polite"></span>'
        f'<span class="screen">{_filters(material, rows)}</span></div>'
        f'<div class="scroll"><table role="grid" aria-label="Trades">{_head(material)}'
        "<tbody></tbody></table></div>"
        '<p class="note screen">▲ won, ▼ lost, ■ neither. Rows follow the arrow keys; Enter shows a trade '
        f"in the chart{_MARKS if material.bars is not None else ''}.</p>"
        f"{_PAPER if len(rows) > PAPER_ROWS else ''}</section>"
    )


def _key(material: ReportMaterial, data: dict[str, Any]) -> str:
    currency = escape(currency_of(material))
    curves = f'<span><span class="key"></span>equity at each close, {currency}</span>'
    if material.benchmark is not None:
        curves += f'<span><span class="key held"></span>buying and holding instead, {currency}</span>'
    curves += '<span><span class="key under"></span>drawdown, % under the peak</span>'
    if material.bars is None:
        curves += "<span>the prices of this run are gone, so no candles and no markers</span>"
    else:
        curves += (
            f"<span>price, {currency}; hollow candle: rose. ▲ long entry, ▼ short entry, ● exit won, "
            "&times; exit lost, ○ still open</span>"
        )
    return f'<div class="panes">{curves}</div><p class="note">{resolution(data)} {_MOVING}</p>'


def resolution(data: dict[str, Any]) -> str:
    """Say in numbers how many bars a candle stands for, and where there is more detail."""
    each, n, frame = data["curves"]["bars_each"], data["facts"]["bars"], escape(data["facts"]["timeframe"])
    if each == 1:
        return f"All of the window is in this page: {counted(n, 'bar')}. Times are UTC."
    candles = -(-n // each)
    detail = data["detail"]
    bars = sum(detail["stops"]) - sum(detail["starts"])
    count = detail["trades"]
    said = (
        f"1 candle = {each} bars of {frame}: {n:,} bars are drawn as {candles:,} candles, each with the "
        "first open, the highest high, the lowest low and the last close; the equity curve keeps lowest and "
        "highest, the drawdown its deepest."
    )
    more = (
        f" Around the trades of the largest profit or loss {counted(bars, 'bar')} are here one by one: "
        f"{counted(count, 'trade')} with their surroundings."
        if bars
        else ""
    )
    return f"{said}{more} Metrics, months and trades are of all bars. Times are UTC."


def _filters(material: ReportMaterial, rows: list[dict[str, Any]]) -> str:
    # Of the closed ones: an open trade has no reason to be found by.
    reasons = sorted({row["exit_reason"] for row in material.document["trades"]})
    sides = sorted({row["side"] for row in rows})
    return (
        f"{_select('side', 'both sides', sides)} "
        f"{_select('result', 'any result', ['win', 'loss', 'even', 'open'])} "
        f"{_select('reason', 'any reason', reasons)} "
        '<input type="search" data-filter="text" aria-label="Find in date, side, reason or #number" '
        'placeholder="2008-10, #12 …" size="14"> '
        '<button type="button" class="csv" '
        'title="The closed trades that are listed, in their order, every digit">CSV</button>'
    )


def _select(name: str, every: str, choices: list[str]) -> str:
    options = "".join(f'<option value="{one}">{one.replace("_", " ")}</option>' for one in choices)
    return (
        f'<select data-filter="{name}" aria-label="{name}">'
        f'<option value="">{every}</option>{options}</select>'
    )


def _head(material: ReportMaterial) -> str:
    cells = "".join(
        f'<th scope="col" class="{look}"><button type="button" data-field="{field}">'
        f"{title.format(currency=escape(currency_of(material)))}</button></th>"
        for field, title, look in (*_COLUMNS, *(_FURTHER[name] for name in further_shown(material)))
    )
    return f'<thead><tr><th scope="col" class="n">#</th>{cells}</tr></thead>'
