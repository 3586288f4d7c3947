"""The top of a report: what was run, where trust ends, and the eight numbers that one looks at first."""

from html import escape
from typing import Any

from tradewright.core.isolation import isolated
from tradewright.metrics.catalog import BY_ID
from tradewright.reports.decisions import decisions
from tradewright.reports.html.values import (
    currency_of,
    envelope_of,
    money_of,
    number,
    pair_of,
    term,
    value_of,
)
from tradewright.reports.material import ReportMaterial
from tradewright.reports.words import Shown, costs_in_words, counted, decimal, rules_in_words

CARDS = {
    "total_return": "Total return",
    "cagr": "CAGR",
    "sharpe": "Sharpe",
    "max_drawdown": "Max drawdown",
    "win_rate": "Win rate",
    "profit_factor": "Profit factor",
    "trades": "Trades",
    "exposure": "Exposure",
}


def header(material: ReportMaterial) -> str:
    """Return title, facts, and the buttons for look and help."""
    run = material.document["run"]
    facts = "".join(
        f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in _facts(material).items()
    )
    return (
        '<header><div class="head">'
        f"<h1>{escape(isolated(run['title']))} "
        f"<small>{escape(isolated(run['symbol']))} {escape(run['timeframe'])}</small></h1>"
        '<div class="screen"><button type="button" id="look">Look: system</button> '
        '<button type="button" id="help-button" aria-label="Keys and how to read this page">?</button></div>'
        f'</div><dl class="facts">{facts}</dl>{_decisions(material)}</header>'
    )


def doubts(material: ReportMaterial) -> str:
    """Return the warnings, in words and with their codes."""
    warnings = material.document["warnings"]
    if not warnings:
        said = '<p class="muted">No warning. That is no promise: the future has not been tested.</p>'
    else:
        rows = "".join(
            f'<li><span class="sign" aria-hidden="true">▲</span> {escape(_sentence(warning["message"]))} '
            f"<code>{escape(warning['code'])}</code></li>"
            for warning in warnings
        )
        said = f"<ul>{rows}</ul>"
    return f'<section class="doubts"><div class="bar"><h2>Where trust ends</h2></div>{said}</section>'


def cards(material: ReportMaterial) -> str:
    """Return the eight headline numbers."""
    made = "".join(_card(material, name, label) for name, label in CARDS.items())
    return f'<section class="cards" aria-label="Headline numbers">{made}</section>{_envelope(material)}'


def _card(material: ReportMaterial, name: str, label: str) -> str:
    value = value_of(material, name)
    unit = f' <span class="unit">{escape(value.unit)}</span>' if value.unit else ""
    beside = "".join(f'<div class="beside">{escape(line)}</div>' for line in _beside(material, name))
    return (
        f'<div class="card">{term(BY_ID[name], material, label, "card")}'
        f'<div class="value">{number(value)}{unit}</div>{beside}</div>'
    )


def _beside(material: ReportMaterial, name: str) -> list[str]:
    """Return what stands under a card: its envelope, and what it is to be held against."""
    pair = pair_of(material, name)
    lines = [f"{pair[0]} … {pair[1]}"] if pair else []
    metrics = material.document["metrics"]
    if name == "total_return" and metrics.get("buy_and_hold_return") is not None:
        lines.append(f"held: {value_of(material, 'buy_and_hold_return')}")
    if name == "max_drawdown" and metrics.get("max_drawdown_duration"):
        lines.append(f"longest: {value_of(material, 'max_drawdown_duration')}")
    if name == "trades" and metrics.get("open_trades"):
        lines.append(f"and {metrics['open_trades']} open")
    if name == "win_rate" and metrics.get("trades"):
        lines.append(f"{metrics['wins']:,} of {metrics['trades']:,}")
    if name == "cagr" and metrics.get("volatility") is not None:
        lines.append(f"volatility: {value_of(material, 'volatility')}")
    return lines


def _envelope(material: ReportMaterial) -> str:
    """Say what the pairs under the numbers are."""
    count = envelope_of(material).get("ambiguous_bars")
    if not count:
        return ""
    bars = counted(count, "ambiguous bar")
    return (
        f'<p class="note">a … b: the same run with its {bars} read against it … for it '
        "(pessimistic … optimistic). It is no proven bound.</p>"
    )


def _decisions(material: ReportMaterial) -> str:
    """Return what the strategy decides, read back in words."""
    rows = "".join(
        f"<div><dt>{escape(role)}</dt><dd>{escape(words)}</dd></div>"
        for role, words in decisions(material.manifest["strategy"]).items()
    )
    return f'<dl class="facts decisions">{rows}</dl>' if rows else ""


def _facts(material: ReportMaterial) -> dict[str, str]:
    run, series = material.document["run"], material.manifest["series"]
    calendar = series["instrument"]["calendar"]
    cash = Shown(decimal(run["rules"]["cash"], money_of(material)), currency_of(material))
    return {
        "Strategy": _strategy(run),
        "Period": f"{_clock(run['start'])} to {_clock(run['last_bar'])} UTC, {counted(run['bars'], 'bar')}",
        "Rules": rules_in_words(run["rules"]),
        "Costs": costs_in_words(run["rules"]),
        "Cash": f"{cash}, risk-free {100 * run['risk_free']:g} % a year",
        "Benchmark": _benchmark(material, run),
        "Days": f"all times are UTC; a trading day is that of calendar {calendar}",
        "Data": f"SHA-256 {run['data_checksum'][:16]}…, {isolated(series['instrument']['venue'])}",
    }


def _strategy(run: dict[str, Any]) -> str:
    params: dict[str, Any] = run.get("params") or {}
    bound = ", ".join(f"{name} {value}" for name, value in params.items())
    return f"{run['strategy']}: {bound}" if bound else str(run["strategy"])


def _benchmark(material: ReportMaterial, run: dict[str, Any]) -> str:
    own = f"{isolated(run['symbol'])} bought at the second open, one fee, and held"
    other = material.manifest["metrics"].get("benchmark")
    return own if other is None else f"{own}; alpha and beta against the series {str(other)[:12]}…"


def _clock(time: str) -> str:
    return time[:16].replace("T", " ").removesuffix(" 00:00")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
