"""The report of a run: one page, top to bottom."""

from tradewright.reports.html.document import Page, document
from tradewright.reports.html.end import footer, help_dialog, provenance
from tradewright.reports.html.figures import excursions, months, reasons, spread
from tradewright.reports.html.numbers import metrics
from tradewright.reports.html.panels import chart, trades
from tradewright.reports.html.top import cards, doubts, header
from tradewright.reports.html.values import heading_of
from tradewright.reports.material import ReportMaterial
from tradewright.reports.payload import payload


def report_page(material: ReportMaterial) -> str:
    """Return the report as one HTML document that needs nothing but itself."""
    run, data = material.document["run"], payload(material)
    data["run"] = {key: value for key, value in run.items() if key != "open_trades"}
    data["warnings"] = material.document["warnings"]
    body = "\n".join(
        (
            header(material),
            "<main>",
            doubts(material),
            cards(material),
            chart(material, data),
            trades(material),
            f"<section>{months(material)}</section>",
            f'<section class="row">{spread(material)}{excursions(material)}{reasons(material)}</section>',
            metrics(material),
            provenance(material),
            "</main>",
            footer(material),
            help_dialog(),
        )
    )
    return document(Page(heading_of(material), body, data, start="report"))
