"""Words of the source as Markdown."""

import re
from collections.abc import Iterable, Sequence

MADE = "<!-- Made from the source by `make docs`; not edited by hand. -->"
ENGINE = "../concepts/engine.md"
_ROLE = re.compile(r":(\w+):`~?(?:tradewright\.)?([\w.]+)`")
_CODE = re.compile(r"``(.+?)``", re.DOTALL)
_RULE = re.compile(r"\bengine\.md( \d+(?:\.\d+)?)?")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; each cell is Markdown of one line."""
    lines = [f"| {' | '.join(cells)} |\n" for cells in (header, *rows)]
    return "".join([lines[0], f"|{'---|' * len(header)}\n", *lines[1:]])


def cell(text: str) -> str:
    """Return plain text for a cell: on one line, bars and stars as such."""
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")


def code(value: object) -> str:
    """Return a value as code for a cell; nothing for None and empty text."""
    return "" if value is None or value == "" else f"`{value}`".replace("|", "\\|")


def prose(text: str, links: dict[str, str] | None = None) -> str:
    """Return the text of a docstring as Markdown; names of `links` that it refers to become links."""

    def role(found: re.Match[str]) -> str:
        address = (links or {}).get(found[2].split(".")[0])
        return f"[`{found[2]}`]({address})" if address else f"`{found[2]}`"

    text = _CODE.sub(lambda found: f"`{' '.join(found[1].split())}`", _ROLE.sub(role, text))
    return _RULE.sub(
        lambda found: f"[rule{found[1]}]({ENGINE})" if found[1] else f"[the rules]({ENGINE})", text
    )
