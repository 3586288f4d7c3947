"""All metrics of a run in their groups, each with its formula, and its envelope where it has one."""

from html import escape
from itertools import groupby

from tradewright.metrics.catalog import CATALOG, Metric
from tradewright.reports.html.values import number, pair_of, term, value_of
from tradewright.reports.material import ReportMaterial

_TITLES = {
    "result": "Result",
    "risk-adjusted": "Risk-adjusted",
    "returns": "Returns",
    "drawdown": "Drawdown",
    "trades": "Trades",
    "activity": "Activity and costs",
    "scores": "Scores",
}


def metrics(material: ReportMaterial) -> str:
    """Return every metric of the catalogue."""
    groups = "".join(
        f'<div class="group"><h3>{_TITLES[group]}</h3>{"".join(_row(material, one) for one in members)}</div>'
        for group, members in groupby(CATALOG, key=lambda metric: metric.group)
    )
    return (
        f'<section><div class="bar"><h2>All {len(CATALOG)} metrics</h2>'
        '<span class="note">hover or focus a name for formula and exact value; — is undefined</span></div>'
        f'<div class="metrics">{groups}</div></section>'
    )


def _row(material: ReportMaterial, metric: Metric) -> str:
    value = value_of(material, metric.id)
    pair = pair_of(material, metric.id)
    beside = f'<span class="pair">{escape(f"{pair[0]} … {pair[1]}")}</span>' if pair else ""
    return (
        f'<div class="figure">{term(metric, material, metric.title, "all")}'
        f'<span class="number">{number(value)}</span>'
        f'<span class="unit">{escape(value.unit)}</span>{beside}</div>'
    )
