"""The chart of a run alone, for a notebook cell or a file of its own."""

from html import escape

from tradewright.reports.html.document import Page, document
from tradewright.reports.html.panels import chart
from tradewright.reports.html.values import heading_of
from tradewright.reports.levels import Room
from tradewright.reports.material import ReportMaterial
from tradewright.reports.payload import payload

CHART_ROOM = Room(all_bars=50_000, points=10_000)
_FRAME_HEIGHT = 690


def chart_page(material: ReportMaterial) -> str:
    """Return the chart as one HTML document that needs nothing but itself."""
    title, data = heading_of(material), payload(material, CHART_ROOM)
    body = f'<main class="alone">{chart(material, data, heading=title, level=1)}</main>'
    return document(Page(title, body, data, start="report"))


def framed(page: str) -> str:
    """Return a page as a frame in which its scripts run, apart from the notebook around it."""
    return (
        f'<iframe srcdoc="{escape(page)}" sandbox="allow-scripts" title="Chart of a backtest" '
        f'style="width:100%;height:{_FRAME_HEIGHT}px;border:0"></iframe>'
    )
