"""Metrics as markup: the value with its point in place, and a term that explains itself."""

from html import escape
from typing import Any

from tradewright.core.isolation import isolated
from tradewright.metrics.catalog import BY_ID, Metric
from tradewright.reports.material import ReportMaterial
from tradewright.reports.words import Shown, exact, money_decimals, shown

# Of these a reader asks at once whether they are above or below 0.
SIGNED = frozenset(
    {"total_return", "buy_and_hold_return", "cagr", "expectancy", "avg_win", "avg_loss", "alpha"}
    | {"best_trade", "worst_trade", "max_drawdown", "avg_drawdown", "var_95", "cvar_95", "expectancy_r"}
)


def value_of(material: ReportMaterial, name: str) -> Shown:
    """Return a metric of the run as people read it."""
    found = _shown(material, name, material.document["metrics"].get(name))
    value = material.document["metrics"].get(name)
    is_gain = name in SIGNED and isinstance(value, float) and value > 0 and found.text.strip("0.")
    return Shown(f"+{found.text}", found.unit) if is_gain else found


def currency_of(material: ReportMaterial) -> str:
    """Return the currency of the account, such that it cannot turn what stands beside it."""
    return isolated(str(material.document["run"]["currency"]))


def money_of(material: ReportMaterial) -> int:
    """Return how many decimals amounts of the account are shown with."""
    return money_decimals(material.document["run"]["rules"]["cash"])


def heading_of(material: ReportMaterial) -> str:
    """Return strategy, symbol and timeframe as the title of a page."""
    run = material.document["run"]
    return f"{isolated(run['title'])} on {isolated(run['symbol'])} {run['timeframe']}"


def _shown(material: ReportMaterial, name: str, value: Any) -> Shown:
    return shown(BY_ID[name], value, currency_of(material), money_of(material))


def number(value: Shown) -> str:
    """Return a number with what follows its point apart, so that points can stand under each other."""
    whole, point, rest = value.text.partition(".")
    return f"{escape(whole)}<i>{escape(point + rest)}</i>"


def term(metric: Metric, material: ReportMaterial, label: str, where: str) -> str:
    """Return the metric's name with its definition, shown on hover and focus."""
    key, value = f"{where}-{metric.id}", material.document["metrics"].get(metric.id)
    return (
        f'<span class="term"><button type="button" aria-describedby="{key}">{escape(label)}</button>'
        f'<span class="tip" role="tooltip" id="{key}">{escape(metric.title)}'
        f"<code>{escape(metric.formula)}</code>"
        f"<code>{metric.id} = {escape(exact(value))}</code></span></span>"
    )


def envelope_of(material: ReportMaterial) -> dict[str, Any]:
    """Return the run's envelope, empty when it was not computed."""
    return material.document.get("envelope") or {}


def pair_of(material: ReportMaterial, name: str) -> tuple[Shown, Shown] | None:
    """Return a metric read pessimistically and optimistically, where that makes a difference to be seen."""
    envelope = envelope_of(material)
    pair = envelope.get("metrics", {}).get(name)
    if not envelope.get("ambiguous_bars") or pair is None or pair[0] == pair[1]:
        return None
    low, high = (_shown(material, name, value) for value in pair)
    return None if low == high else (low, high)
