"""A small table as a notebook shows it."""

from collections.abc import Iterable, Sequence

from tradewright.core.isolation import isolated

_CELL = "text-align:right;padding:1px 8px;font-variant-numeric:tabular-nums"
_NAMES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
_FIRST = "text-align:left;padding:1px 8px"


def html_table(
    title: str, head: Sequence[str], rows: Iterable[Sequence[str]], below: Sequence[str] = ()
) -> str:
    """Return a title, a table and lines below it as HTML; every text is escaped.

    Parameters
    ----------
    head
        Names of the columns; the first is aligned to the left.
    rows
        Texts, one for each column. Without rows there is no table.
    below
        Sentences that follow.
    """
    lines = [_row("td", row) for row in rows]
    table = (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;font-size:small">'
        f"<thead>{_row('th', head)}</thead><tbody>{''.join(lines)}</tbody></table></div>"
    )
    after = "".join(f"<div>{_safe(line)}</div>" for line in below)
    return f"<div><b>{_safe(title)}</b>{table if lines else ''}{after}</div>"


def _row(tag: str, cells: Sequence[str]) -> str:
    styles = [_FIRST, *[_CELL] * (len(cells) - 1)]
    inside = zip(styles, cells, strict=True)
    return f"<tr>{''.join(f'<{tag} style={s!r}>{_safe(cell)}</{tag}>' for s, cell in inside)}</tr>"


def _safe(text: str) -> str:
    # By hand, as the standard library's loads a table of 2,000 names that a list of runs would wait for.
    shown = isolated(text)
    for letter, name in _NAMES.items():
        shown = shown.replace(letter, name)
    return shown
