"""`docs/reference/modules.md`, from what each module declares of itself."""

from itertools import groupby
from pathlib import Path
from typing import Any

import tradewright as tw
from tools.references.markdown import MADE, cell, code, prose, table

PAGE = Path("docs/reference/modules.md")
_INTRODUCTION = f"""\
{MADE}
# Modules

A module turns bars into values that a strategy decides on: in a
[document](../concepts/strategy-document.md) by `moduleId`, in Python by
`tw.indicator("rsi", bars, period=14)`.
At each bar it knows that bar and those before it, nothing else; every one is replayed on every prefix of the
data to prove it. There is no value during warm-up, and what has no value decides nothing.
"""


def page(_root: Path) -> str:
    """Return the page."""
    found = sorted(tw.list_modules(), key=lambda module: (module["category"], module["id"]))
    parts = [_INTRODUCTION]
    for category, modules in groupby(found, key=lambda module: module["category"]):
        words = category.replace("_", " ")
        title = words.upper() if len(words) <= 3 else words.capitalize()
        parts += [f"## {title}\n", *map(_chapter, modules)]
    return "\n".join(parts)


def _chapter(module: dict[str, Any]) -> str:
    fields = module["params"]["properties"].items()
    parameters = table(
        ("parameter", "default", "from", "to", "meaning"), (_parameter(*one) for one in fields)
    )
    outputs = table(("output", "title", "states"), map(_output, module["outputs"]))
    facts = [f"Known from bar {module['warmup'] + 1:,} on with default parameters."]
    facts += [f"Settles {module['confirmation_lag']:,} bars later."] if module["confirmation_lag"] else []
    return "\n".join(
        [
            f"### {module['title']}\n",
            f"`{module['id']}`. {prose(module['description'])}\n",
            *([parameters] if fields else []),
            outputs,
            f"{' '.join(facts)}\n",
        ]
    )


def _parameter(name: str, field: dict[str, Any]) -> list[str]:
    low = field.get("minimum", field.get("exclusiveMinimum"))
    high = field.get("maximum", field.get("exclusiveMaximum"))
    choices = f" One of {', '.join(map(str, field['choices']))}." if "choices" in field else ""
    return [
        code(name),
        _number(field["default"]),
        _number(low),
        _number(high),
        cell(field["description"] + choices),
    ]


def _output(output: dict[str, Any]) -> list[str]:
    return [code(output["id"]), cell(output["title"]), ", ".join(output["states"])]


def _number(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
