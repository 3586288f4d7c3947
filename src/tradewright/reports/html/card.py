"""A run as a notebook shows it: the headline numbers, the curve and the doubts, without any script."""

from html import escape
from itertools import pairwise

import numpy as np

from tradewright.core.isolation import isolated
from tradewright.metrics.catalog import BY_ID
from tradewright.reports.html.top import CARDS
from tradewright.reports.html.values import currency_of, money_of, pair_of, value_of
from tradewright.reports.material import Floats, ReportMaterial
from tradewright.reports.words import decimal

_POINTS = 240
_WIDTH, _HEIGHT = 480, 56
_WHOLE_FROM = 1_000
_CELL = "padding:2px 18px 2px 0;text-align:left;vertical-align:top;white-space:nowrap;background:none"


def run_card(material: ReportMaterial) -> str:
    """Return a small table of HTML that takes the colours of the page around it."""
    run = material.document["run"]
    last = run["last_bar"][:10]
    head = (
        f"<b>{escape(isolated(run['title']))}</b> on {escape(isolated(run['symbol']))} "
        f"{escape(run['timeframe'])} · "
        f"{run['start'][:10]} to {last} UTC · {run['bars']:,} bars"
    )
    names = list(CARDS)
    rows = "".join(_row(material, names[i : i + 4]) for i in range(0, len(names), 4))
    doubts = "".join(
        f"<div>▲ {escape(said['message'])} <code>{escape(said['code'])}</code></div>"
        for said in material.document["warnings"]
    )
    return (
        f'<div style="font-variant-numeric:tabular-nums;line-height:1.5">{head}{sparkline(material)}'
        f'<table style="border-collapse:collapse">{rows}</table><div style="font-size:small">{doubts}</div>'
        f'<div style="font-size:small;opacity:.7">fingerprint {run["fingerprint"][:16]}</div></div>'
    )


def sparkline(material: ReportMaterial) -> str:
    """Return the equity curve as a small SVG; of each stretch of bars the lowest and the highest."""
    points = extremes(material.equity[np.isfinite(material.equity)], _POINTS)
    if points.size < 2:
        return ""
    low, high = float(points.min()), float(points.max())
    x = np.linspace(1, _WIDTH - 1, points.size)
    y = 1 + (high - points) / ((high - low) or 1.0) * (_HEIGHT - 2)
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    decimals = 0 if points[0] >= _WHOLE_FROM else money_of(material)
    first, last = (decimal(float(value), decimals) for value in points[[0, -1]])
    said = escape(f"Equity from {first} to {last} {currency_of(material)}")
    return (
        f'<div><svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{said}" style="max-width:100%"><title>{said}</title>'
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="1.25"/></svg></div>'
    )


def extremes(values: Floats, stretches: int) -> Floats:
    """Return first, lowest, highest and last value of each stretch, in their order; all where they fit."""
    if values.size <= 4 * stretches:
        return values
    edges = np.linspace(0, values.size, stretches + 1).astype(np.int64)
    kept: set[int] = set()
    for start, stop in pairwise(edges):
        part = values[start:stop]
        kept |= {int(start), int(start + part.argmin()), int(start + part.argmax()), int(stop) - 1}
    return values[sorted(kept)]


def _row(material: ReportMaterial, names: list[str]) -> str:
    return f"<tr>{''.join(_figure(material, name) for name in names)}</tr>"


def _figure(material: ReportMaterial, name: str) -> str:
    pair = pair_of(material, name)
    beside = f'<br><span style="opacity:.7">{escape(f"{pair[0]} … {pair[1]}")}</span>' if pair else ""
    return (
        f'<td style="{_CELL}" title="{escape(BY_ID[name].formula)}"><span style="opacity:.7">{CARDS[name]}'
        f"</span><br><b>{escape(str(value_of(material, name)))}</b>{beside}</td>"
    )
