"""`docs/reference/strategies.md`, from the cards of the built-in strategies."""

from pathlib import Path
from typing import Any

import tradewright as tw
from tools.references.markdown import MADE, cell, code, table

PAGE = Path("docs/reference/strategies.md")
_INTRODUCTION = f"""\
{MADE}
# Built-in strategies

Known ideas, written down to be tried and taken apart, not to be followed: each says where it comes
from and when it is weak. `tradewright backtest ID --data PRICES --param NAME=VALUE` runs one.
"""


def page(_root: Path) -> str:
    """Return the page."""
    return "\n".join([_INTRODUCTION, *map(_chapter, tw.list_strategies())])


def _chapter(card: dict[str, Any]) -> str:
    header = ("parameter", "default", "from", "to", "meaning")
    return "\n".join(
        [
            f"## {card['title']}\n",
            f"`{card['id']}`. {card['description']}\n",
            f"- Made for: {card['made_for']}",
            f"- Weak when: {' '.join(card['weaknesses'])}",
            f"- Origin: {card['origin']}\n",
            table(header, map(_parameter, card["parameters"])),
        ]
    )


def _parameter(parameter: dict[str, Any]) -> list[str]:
    numbers = (parameter.get(name) for name in ("default", "min", "max"))
    shown = [
        "" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in numbers
    ]
    return [code(parameter["name"]), *shown, cell(parameter.get("description") or parameter["title"])]
