"""Which stored series a short name means: ``AAPL``, ``AAPL:1d``, ``binance/BTC/USDT:USDT:1h``.

A name is looked up, not taken apart: a symbol may hold slashes and colons, so the text alone does not say
where it ends.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from tradewright.core.errors import InputError, UnknownNameError, nearest
from tradewright.data.series_key import SHARED, SeriesKey

STORE = "store:"
_FEW = 8
_EMPTY = "Nothing is stored yet; store a file with: tradewright import FILE"


def find(name: str, keys: Sequence[SeriesKey], timeframe: str | None = None) -> SeriesKey:
    """Return the one series of `keys` that `name` means.

    Parameters
    ----------
    name
        ``venue/symbol/timeframe`` or any shorter form that only one series has: without venue, without
        timeframe, with ``:`` before the timeframe, in other capitals, with ``store:`` in front. A series
        with an owner is named with ``owner@venue/`` in front.
    timeframe
        Of several that differ in bar length, the one to take.

    Raises
    ------
    UnknownNameError
        ``E_SERIES`` when there is none, naming the nearest.
    InputError
        ``E_SERIES`` when it may mean several, naming them.
    """
    wanted = name.strip().removeprefix(STORE)
    found = matches(wanted, keys)
    if timeframe is not None and len(found) > 1:
        found = [key for key in found if key.timeframe == timeframe] or found
    if len(found) == 1:
        return found[0]
    raise _ambiguous(wanted, found, keys) if found else _unknown(wanted, keys)


def matches(name: str, keys: Iterable[SeriesKey]) -> list[SeriesKey]:
    """Return the series that are called `name`, in these capitals or, where none is, in others."""
    spelled = [(key, _spellings(key)) for key in keys]
    exact = [key for key, names in spelled if name in names]
    folded = name.casefold()
    other = [key for key, names in spelled if folded in map(str.casefold, names)]
    # 1m and 1M differ in more than capitals.
    return exact or [key for key in other if name.endswith(key.timeframe)] or other


def short_names(keys: Iterable[SeriesKey]) -> dict[SeriesKey, str]:
    """Return for each key the shortest name with a bar length that means it and no other of `keys`.

    A bar length belongs into every name, so that it still means the same when the symbol gets a second one.
    """
    known = list(keys)
    taken = Counter(name for key in known for name in set(_spellings(key)))
    return {key: next((name for name in _long_names(key) if taken[name] == 1), str(key)) for key in known}


def _spellings(key: SeriesKey) -> list[str]:
    """Return every text that may mean `key`."""
    short = [f"{key.venue}/{key.symbol}", key.symbol] if key.owner == SHARED else []
    owned = [f"{key.owner}@{key.venue}/{key.symbol}"] if key.owner != SHARED else []
    return [*_long_names(key), str(key), *short, *owned]


def _long_names(key: SeriesKey) -> list[str]:
    at_venue = f"{key.venue}/{key.symbol}:{key.timeframe}"
    if key.owner != SHARED:
        return [f"{key.owner}@{at_venue}"]
    return [f"{key.symbol}:{key.timeframe}", at_venue]


def _ambiguous(name: str, found: Sequence[SeriesKey], keys: Sequence[SeriesKey]) -> InputError:
    short = short_names(keys)
    names = sorted(short[key] for key in found)
    return InputError(
        "E_SERIES",
        f"'{name}' may mean {len(found)} stored series.",
        fix=f"Choose one: {_listed(names)}.",
        details={"name": name, "choices": names},
    )


def _unknown(name: str, keys: Sequence[SeriesKey]) -> UnknownNameError:
    short = short_names(keys)
    names = sorted(short.values())
    # A mistyped symbol is near to a symbol, not to one with a bar length behind it.
    spelled = {spelling: called for key, called in short.items() for spelling in _spellings(key)}
    near = list(dict.fromkeys(spelled[one] for one in nearest(name, spelled)))
    error = UnknownNameError("E_SERIES", "stored series", name, names)
    error.details["nearest"] = near
    meant = f"Did you mean {' or '.join(repr(STORE + one) for one in near)}? " if near else ""
    error.fix = f"{meant}There is {_listed(names)}." if names else _EMPTY
    return error


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
    return ", ".join(STORE + name for name in names[:_FEW]) + more
