"""Where bars came from that were read by name: the bars themselves do not say, and a run wants to know."""

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from tradewright.core.bars import Bars

_READ: "WeakKeyDictionary[Bars, dict[str, Any]]" = WeakKeyDictionary()
# Places that are no files.
NAMED = ("sample:", "store:")


def remembered(bars: Bars, source: str | Path, **options: object) -> Bars:
    """Keep in mind what `bars` were read from, for as long as they live, and return them.

    Parameters
    ----------
    options
        The arguments beside the source, by name; those that are None are left out.
    """
    text = str(source)
    named = isinstance(source, str) and text.startswith(NAMED)
    place = text if named else str(Path(text).expanduser().resolve())
    given = {name: _plain(value) for name, value in options.items() if value is not None}
    _READ[bars] = {"source": place} | given
    return bars


def source_of(bars: Bars | None) -> dict[str, Any] | None:
    """Return what `bars` were read from; None when they were made in memory."""
    return None if bars is None else _READ.get(bars)


def _plain(value: object) -> str | bool | float:
    return value if isinstance(value, str | bool | int | float) else str(value)
