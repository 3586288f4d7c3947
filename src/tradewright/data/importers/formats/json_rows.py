"""Rows of JSON, as ccxt and exchanges answer with: ``[[1704067200000, 42, 43, 41, 42.5, 12.3], ...]``.

Or as a list of objects, one for each bar: ``[{"t": 1704067200000, "o": 42, ...}, ...]``.
"""

import csv
import io
import json
from typing import Any, cast

from tradewright.data.importers.findings import Findings, Issue

_FIX = "Give rows as ccxt's fetch_ohlcv returns them: [[timestamp, open, high, low, close, volume], ...]."
_BLANKS = b" \t\r\n"


def is_json(text: bytes) -> bool:
    """Say whether a text begins as lists or objects of JSON do."""
    return text[:64].translate(None, _BLANKS).startswith((b"[[", b"[]", b"[{", b'{"'))


def as_text(text: bytes, findings: Findings) -> bytes:
    """Return a list of lists, or of objects, as lines with commas, one for each; cells are judged later.

    Raises
    ------
    DataError
        ``E_COLUMN`` for other JSON, ``E_NO_ROWS`` for an empty list, ``E_ROW_WIDTH`` for a list cut short.
    """
    packed = text.translate(None, _BLANKS)
    if packed in (b"[]", b"[[]]"):
        findings.reject(Issue("E_NO_ROWS", "a list without rows", _FIX))
    if packed.startswith(b"[{"):
        return _of_objects(text, findings)
    if not packed.startswith(b"[["):
        findings.reject(Issue("E_COLUMN", "this is JSON, but not rows of candles", _FIX))
    if not packed.endswith(b"]]"):
        row = packed.count(b"],[") + 1
        problem = "the list is cut short"
        findings.reject(
            Issue("E_ROW_WIDTH", problem, "Fetch it again: it was not written to its end.", row=row)
        )
    return packed[2:-2].replace(b"],[", b"\n")


def _of_objects(text: bytes, findings: Findings) -> bytes:
    """Return objects as rows under the names of their values; numbers stay as they are written."""
    try:
        rows: list[Any] = json.loads(text, parse_float=str, parse_int=str)
    except ValueError as broken:
        problem = f"the list of objects cannot be read ({broken})"
        findings.reject(
            Issue("E_COLUMN", problem, "Fetch it again: it may not have been written to its end.")
        )
    except RecursionError:
        findings.reject(Issue("E_COLUMN", "this is JSON, but not rows of candles", _FIX))
    if not all(isinstance(row, dict) for row in rows):
        findings.reject(Issue("E_COLUMN", "objects and other values are mixed", _FIX))
    objects = cast("list[dict[str, object]]", rows)
    if any(isinstance(value, dict | list) for row in objects for value in row.values()):
        findings.reject(Issue("E_COLUMN", "objects stand within objects", _FIX))
    findings.facts.layout = "JSON"
    written = io.StringIO(newline="")
    titles = list(dict.fromkeys(name for row in objects for name in row))
    table = csv.DictWriter(written, titles, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(objects)
    return written.getvalue().encode(errors="replace")
