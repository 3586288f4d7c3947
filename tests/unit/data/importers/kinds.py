"""What a kind of file is to the tests: its bytes, and the one fate that it has."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tradewright.core.bars import Bars
from tradewright.data.importers.options import ImportOptions

HEAD = "timestamp,open,high,low,close,volume\n"
ROWS = ("2024-01-01,10,12.5,9,11,100", "2024-01-02,11,13,10.25,12,0", "2024-01-03,12,14,11,13,1000")
TEXT = HEAD + "\n".join(ROWS) + "\n"
Row = tuple[str, float, float, float, float, float]
# What TEXT holds.
CLEAN: list[Row] = [
    ("2024-01-01", 10, 12.5, 9, 11, 100),
    ("2024-01-02", 11, 13, 10.25, 12, 0),
    ("2024-01-03", 12, 14, 11, 13, 1000),
]


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes
    ----------
    id, what
        Number and words of the table.
    raw
        The file.
    bars, notes
        Of a file that is accepted or repaired: time, prices and volume of every bar, and all notes.
    code, details
        Of a file that is rejected: the error's code, and what its details say among others.
    row
        Of a file that is repaired: the row that strict reading names; 0 for none.
    now, limit
        The time at which it is read, and the most bytes that are allowed, where they matter.
    """

    id: str
    what: str
    raw: bytes
    bars: list[Row] = field(default_factory=lambda: CLEAN)
    notes: dict[str, int] = field(default_factory=dict[str, int])
    code: str = ""
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    row: int = 0
    options: ImportOptions = field(default_factory=ImportOptions)
    name: str = "X.csv"
    now: str = ""
    limit: int = 0


def rows_of(bars: Bars) -> list[Row]:
    """Return bars as kinds write them."""
    times = [str(np.datetime64(int(time), "ns")) for time in bars.time]
    short = [time[:10] if time.endswith("T00:00:00.000000000") else time[:19] for time in times]
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    return list(zip(short, *(column.tolist() for column in columns), strict=True))


def csv(*rows: str, head: str = HEAD) -> bytes:
    """Return a file of lines under a header."""
    return (head + "".join(f"{row}\n" for row in rows)).encode()


def timed(*times: str) -> bytes:
    """Return TEXT with other times."""
    return csv(*(f"{time},{row.split(',', 1)[1]}" for time, row in zip(times, ROWS, strict=True)))
