"""The shell of a page: one file, nothing loaded from elsewhere, only its own scripts allowed to run."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

# In the order in which they are joined: what is imported comes first.
MODULES = (
    "columns",
    "words",
    "rows",
    "curves",
    "look",
    "drawing",
    "charts",
    "table",
    "scatter",
)
LIBRARY = "vendor/lightweight-charts.js"
_IMPORTS = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORTS = re.compile(r"^export (?=async |function |class |const )", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """What goes into the shell: a title, markup, data for the scripts, and the module that starts them."""

    title: str
    body: str
    data: dict[str, Any]
    start: str


def document(page: Page) -> str:
    """Return the page as one HTML document."""
    library, program = asset(LIBRARY), joined(page.start)
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(library, program)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(page.title)}</title>",
            '<link rel="icon" href="data:,">',
            f"<style>\n{asset('report.css')}</style>",
            "</head>",
            "<body>",
            page.body,
            f'<script type="application/json" id="data">{script_json(page.data)}</script>',
            f"<script>{library}</script>",
            f'<script type="module">{program}</script>',
            "</body>",
            "</html>",
            "",
        )
    )


def script_json(data: Any) -> str:
    """Return `data` as JSON that cannot end the element it stands in, whatever its texts say."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def asset(name: str) -> str:
    """Return a file of the ``assets`` folder."""
    return (files("tradewright.reports.html") / "assets" / name).read_text(encoding="utf-8")


@cache
def joined(start: str) -> str:
    """Return the page's modules as one: in order, without what ties them together as files."""
    sources = (asset(f"{name}.mjs") for name in (*MODULES, start))
    return "\n".join(_EXPORTS.sub("", _IMPORTS.sub("", source)) for source in sources)


@cache
def _policy(*scripts: str) -> str:
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
