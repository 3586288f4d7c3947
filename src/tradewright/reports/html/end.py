"""The end of a report: what it was made of, how to have it again, and help."""

import json
from html import escape

from tradewright.reports.material import ReportMaterial

_KEYS = {
    "?": "this help",
    "l": "equity on a logarithmic scale, and back",
    "w": "the whole window again",
    "t": "into the trade table",
    "/": "find a trade",
    "↑ ↓ Page Home End": "move in the trade table",
    "Enter": "show the trade in the chart",
    "← → + -": "move and zoom the chart, when it has the focus",
    "Ctrl + wheel": "zoom the chart where the pointer is; drag to move it",
    "Esc": "put an explanation away",
}


def provenance(material: ReportMaterial) -> str:
    """Return manifest, hashes and the way to reproduce the run."""
    run = material.document["run"]
    manifest = escape(json.dumps(material.manifest, indent=2, ensure_ascii=False))
    hashes = {
        "fingerprint": "of the manifest: what was asked",
        "result_hash": "of fills and equity: what came of it",
        "data_checksum": "of the bars",
    }
    rows = "".join(
        f"<dt><code>{name}</code></dt><dd><code>{escape(run[name])}</code> "
        f"<span class='muted'>{said}</span></dd>"
        for name, said in hashes.items()
    )
    return (
        '<section><div class="bar"><h2>What this was made of</h2></div>'
        f'<dl class="hashes">{rows}</dl>'
        f"<details><summary>How to have it again</summary><p>{_again(material)}</p></details>"
        f"<details><summary>Manifest</summary><pre tabindex='0'>{manifest}</pre></details></section>"
    )


def _again(material: ReportMaterial) -> str:
    version, fingerprint = material.manifest["tradewright"], material.document["run"]["fingerprint"]
    return (
        f"With Tradewright {escape(str(version))}, on bars of the same checksum: a run that was kept with "
        "<code>--out DIR</code> is run again, and compared, by "
        f"<code>tradewright reproduce {escape(fingerprint[:16])}</code>. Everything that decides the result "
        "stands in the manifest below; equal fingerprints must give equal result hashes."
    )


def footer(material: ReportMaterial) -> str:
    """Return who made the page and its charts."""
    version = escape(str(material.manifest["tradewright"]))
    return (
        f"<footer>Tradewright {version}. A backtest says what would have been under its rules, "
        "not what will be. "
        "Charts by TradingView Lightweight Charts™, Copyright (c) 2026 TradingView, Inc. "
        '<a href="https://www.tradingview.com/" rel="noopener noreferrer">https://www.tradingview.com/</a>, '
        "Apache License 2.0.</footer>"
    )


def help_dialog() -> str:
    """Return the help that ``?`` opens."""
    rows = "".join(f"<dt><kbd>{key}</kbd></dt><dd>{what}</dd>" for key, what in _KEYS.items())
    return (
        '<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2>'
        f"<dl>{rows}</dl><p class='muted'>Names with a dotted line explain themselves on hover and focus. "
        "Returns and drawdowns are percent, money is in the account's currency, times are UTC.</p>"
        "<form method='dialog'><button autofocus>Close</button></form></dialog>"
    )
