"""The small pictures of a report: months, spread of returns, reasons to leave, excursions."""

from html import escape

from tradewright.reports.html.values import currency_of, money_of
from tradewright.reports.material import ReportMaterial
from tradewright.reports.periods import Histogram, Year, histogram, is_daily, period_returns, years
from tradewright.reports.trades import ReasonTotal, reason_totals
from tradewright.reports.words import NOTHING, decimal

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NONE = '<p class="muted">Too few returns other than 0 to draw.</p>'
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BASE = 460, 280, 46, 8, 10, 246


def months(material: ReportMaterial) -> str:
    """Return the map of monthly returns with the total of each year."""
    table = years(material)
    depth = max((abs(v) for year in table for v in year.months.values() if v is not None), default=0) or 1
    head = "".join(f'<th scope="col">{name}</th>' for name in MONTHS)
    rows = "".join(_year(year, depth) for year in table)
    return (
        '<figure><div class="bar"><h2>Return by month, %</h2>'
        '<span class="note">equity at the month\'s end over that of the month before; '
        "stronger is further from 0</span></div>"
        '<div class="months" tabindex="0" role="group" aria-label="Return by month"><table><thead><tr>'
        f'<td></td>{head}<th scope="col">Year</th></tr></thead><tbody>{rows}</tbody></table></div></figure>'
    )


def spread(material: ReportMaterial) -> str:
    """Return the histogram of the returns that the metrics are of."""
    kind = "day" if is_daily(material) else "bar"
    found = histogram(period_returns(material))
    drawing = _NONE if found is None else _bars(found)
    return (
        f'<figure><div class="bar"><h2>Returns by {kind}, %</h2>'
        f'<span class="note">{_spread_note(found, kind)}</span></div>'
        f'<div class="plot">{drawing}</div></figure>'
    )


def reasons(material: ReportMaterial) -> str:
    """Return count and profit by exit reason."""
    totals, currency = reason_totals(material.document["trades"]), escape(currency_of(material))
    if not totals:
        return ""
    most = max(total.count for total in totals)
    rows = "".join(_reason(total, most, money_of(material)) for total in totals)
    return (
        '<figure><div class="bar"><h2>Exit reasons</h2><span class="note">closed trades</span></div>'
        '<div class="wide" tabindex="0" role="group" aria-label="Exit reasons">'
        '<table class="reasons"><thead><tr><th scope="col">Reason</th><th scope="col" class="n">Trades</th>'
        '<td></td><th scope="col" class="n">Won</th>'
        f'<th scope="col" class="n">P&amp;L, {currency}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></figure>"
    )


def excursions(material: ReportMaterial) -> str:
    """Return the place where the page draws MAE against MFE."""
    if not material.document["trades"]:
        return ""
    return (
        '<figure id="excursions"><div class="bar"><h2>Excursions of trades</h2>'
        '<span class="note"></span></div><div class="plot"></div></figure>'
    )


def _year(year: Year, depth: float) -> str:
    cells = "".join(_month(year.months.get(month), depth) for month in range(1, 13))
    return f'<tr><th scope="row">{year.year}</th>{cells}<td class="year">{_percent(year.total)}</td></tr>'


def _month(value: float | None, depth: float) -> str:
    if not value:
        return "<td></td>" if value is None else "<td>0.0</td>"
    tone = "up" if value > 0 else "down"
    return f'<td class="{tone}" style="--depth:{45 * abs(value) / depth:.0f}%">{_percent(value)}</td>'


def _percent(value: float | None) -> str:
    if value is None:
        return NOTHING
    text = decimal(100 * value, 1)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def _reason(total: ReasonTotal, most: int, decimals: int) -> str:
    text = NOTHING if total.pnl is None else decimal(total.pnl, decimals)
    tone = "" if not total.pnl or not text.strip("0.") else " win" if total.pnl > 0 else " loss"
    shape = {"": "", " win": "▲ ", " loss": "▼ "}[tone]
    return (
        f'<tr><th scope="row">{escape(total.reason.replace("_", " "))}</th><td class="n">{total.count:,}</td>'
        f'<td><span class="share" style="width:{max(1, round(90 * total.count / most))}px"></span></td>'
        f'<td class="n">{100 * total.wins / total.count:.1f} %</td>'
        f'<td class="n{tone}">{shape}{text}</td></tr>'
    )


def _spread_note(found: Histogram | None, kind: str) -> str:
    if found is None:
        return ""
    unmoved = f"; {found.unmoved:,} of exactly 0 left out" if found.unmoved else ""
    ends = "; the outermost bins hold what lies beyond them" if found.open_ended else ""
    return f"{int(found.counts.sum()):,} returns by {kind}{unmoved}{ends}"


def _bars(found: Histogram) -> str:
    """Draw the bins; those under 0 are outlined, those above are full."""
    low, high, most = float(found.edges[0]), float(found.edges[-1]), int(found.counts.max())

    def x(value: float) -> float:
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def y(count: float) -> float:
        return _BASE - count / most * (_BASE - _TOP)

    parts = [_gridline(count, y(count)) for count in sorted({0, most // 2, most})]
    for left, right, count in zip(found.edges, found.edges[1:], found.counts.tolist(), strict=False):
        if count:
            look = "up" if left + right > 0 else "down"
            said = f"{100 * left:.2f} to {100 * right:.2f} %: {count:,}"
            parts.append(
                f'<rect class="{look}" x="{x(left) + 0.75:.2f}" y="{y(count):.2f}" '
                f'width="{max(0.5, x(right) - x(left) - 1.5):.2f}" height="{_BASE - y(count):.2f}">'
                f"<title>{said}</title></rect>"
            )
    if low < 0 < high:
        parts.append(f'<line class="zero" x1="{x(0):.2f}" x2="{x(0):.2f}" y1="{_TOP}" y2="{_BASE}"/>')
    parts += [_tick(value, x(value)) for value in (low, low / 2 + high / 2, high)]
    total = int(found.counts.sum())
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Histogram of {total:,} returns">'
        f"{''.join(parts)}</svg>"
    )


def _gridline(count: int, y: float) -> str:
    return (
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.2f}" y2="{y:.2f}"/>'
        f'<text x="{_LEFT - 5}" y="{y + 4:.2f}" text-anchor="end">{count:,}</text>'
    )


def _tick(value: float, x: float) -> str:
    anchor = "start" if x <= _LEFT + 1 else "end" if x >= _WIDTH - _RIGHT - 1 else "middle"
    return f'<text x="{x:.2f}" y="{_BASE + 15}" text-anchor="{anchor}">{_percent(value)} %</text>'
