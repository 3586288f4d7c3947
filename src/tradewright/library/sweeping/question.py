"""Reading what a sweep is asked: axes, metrics, memory, series."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError, UnknownNameError
from tradewright.library.given.surrounding import series_of
from tradewright.library.sweeping.asked import SweepArguments
from tradewright.metrics.catalog import BY_ID, CATALOG
from tradewright.research.sweep.combinations.axes import require_axes
from tradewright.research.sweep.combinations.samples import METHODS, Keep
from tradewright.research.sweep.pieces import INSTRUMENT
from tradewright.research.sweep.space import Space, grid_space, sampled_space
from tradewright.strategy.parametric.declared import declared_parameters

DEFAULT_METRICS = (
    "total_return",
    "cagr",
    "sharpe",
    "sortino",
    "max_drawdown",
    "calmar",
    "trades",
    "win_rate",
    "profit_factor",
    "expectancy",
    "exposure",
)
_DECIMAL = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS = {**_DECIMAL, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
_MEMORY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")

Source = Bars | str | Path


def require_known(further: Mapping[str, Any]) -> None:
    """Refuse an argument that a sweep does not have.

    Raises
    ------
    UnknownNameError
        ``E_ARGUMENT``; names the nearest.
    """
    known = {**SweepArguments.__annotations__, "grid": None, "where": None}
    for name in further:
        if name not in known:
            raise UnknownNameError("E_ARGUMENT", "argument", name, sorted(known), where="sweep")


def metrics_in(given: Sequence[str] | str | None) -> tuple[str, ...]:
    """Return the metric ids that were asked for, each once; ``"all"`` for every one that is a number.

    Raises
    ------
    InputError
        ``E_METRIC`` for one that is unknown, or a word and no number.
    """
    if given is None:
        return DEFAULT_METRICS
    numbers = [metric.id for metric in CATALOG if metric.unit != "band"]
    if given == "all":
        return tuple(numbers)
    anything: Any = given  # callers without a type checker pass it
    several = isinstance(anything, Iterable) and not isinstance(anything, str)
    asked: list[Any] = list(cast("Any", anything)) if several else [anything]
    for name in asked:
        if not isinstance(name, str) or name not in BY_ID:
            raise UnknownNameError("E_METRIC", "metric", str(name), numbers)
        if name not in numbers:
            raise InputError(
                "E_METRIC",
                f"metric '{name}' is a word, and a sweep keeps numbers.",
                fix=f"Ask for '{name.removesuffix('_band')}'.",
                details={"metric": name},
            )
    if not asked:
        raise InputError("E_METRIC", "no metric is asked for.", fix="Leave metrics out for the usual ones.")
    return tuple(dict.fromkeys(asked))


def bytes_in(given: str | float | None) -> int:
    """Return a size such as ``"1GB"``, ``"512MiB"`` or a number of bytes, in bytes; 1 GB for None.

    Raises
    ------
    InputError
        ``E_MEMORY`` for what is none.
    """
    asked: Any = "1GB" if given is None else given
    number = isinstance(asked, int | float) and not isinstance(asked, bool)
    text = f"{asked:.0f}" if number else asked
    match = _MEMORY.fullmatch(text) if isinstance(text, str) else None
    unit = None if match is None else _UNITS.get(match[2].upper())
    if match is None or unit is None or float(match[1]) * unit < 1:
        raise InputError(
            "E_MEMORY",
            f"memory is {given!r}; it is a size.",
            fix="Write '1GB', '512MB' or a number of bytes.",
            details={"memory": given},
        )
    return int(float(match[1]) * unit)


def series_in(bars: Source | Mapping[str, Source] | Sequence[Source]) -> dict[str, Bars]:
    """Return the series by name; several get the names they are given, else their symbols.

    Raises
    ------
    InputError
        ``E_BARS`` for what is neither bars nor a path, ``E_GRID`` for none or two of one name.
    """
    if isinstance(bars, Bars | str | Path):
        only = series_of("bars", bars)
        return {only.symbol: only}
    if isinstance(bars, Mapping):
        found = [(str(name), series_of("bars", given)) for name, given in bars.items()]
    else:
        listed = bars if isinstance(bars, list | tuple) else [bars]
        found = [(one.symbol, one) for one in (series_of("bars", cast("Any", given)) for given in listed)]
    names = [name for name, _ in found]
    if not names or len(set(names)) < len(names):
        raise InputError(
            "E_GRID",
            f"the series are {', '.join(names) or 'none'}: there must be one of each name, and at least one.",
            fix="Give a mapping of names to series: {'BTC 1h': ..., 'BTC 4h': ...}.",
            details={"names": names},
        )
    return dict(found)


def ranges_in(grid: Mapping[str, Any] | None, source: Any, series: int) -> dict[str, Any]:
    """Return the ranges that are asked for, by default the usual ones; without the axis of series.

    Raises
    ------
    InputError
        ``E_GRID`` for what is no mapping of names, for series as an axis, and for no range at all.
    """
    if grid is None:
        return dict(_usual(source))
    if grid or series < 2:
        require_axes(grid)
    if INSTRUMENT in grid:
        raise InputError(
            "E_GRID",
            f"'{INSTRUMENT}' is the axis of the series, and its values are the series that are given.",
            fix="Give several as bars={'BTC': ..., 'ETH': ...}, and leave out what is not to be swept.",
        )
    return dict(grid)


def _usual(source: Any) -> dict[str, list[float]]:
    """Return the usual ranges of a document's parameters; ``E_GRID`` when it declares none."""
    declared = declared_parameters(cast("Mapping[str, Any]", source)) if isinstance(source, Mapping) else {}
    ranges = {name: parameter.sweep for name, parameter in declared.items() if parameter.sweep}
    if not ranges:
        raise InputError(
            "E_GRID",
            "no grid is given, and the strategy declares no range for its parameters.",
            fix="Give one: grid={'fast': '5..50:5', 'stop_loss': [1, 2, 3]}.",
        )
    return {
        name: [low + step * k for k in range(int((high - low) / step + 1e-9) + 1)]
        for name, (low, high, step) in ranges.items()
    }


def space_in(
    ranges: Mapping[str, Any], series: Sequence[str], drawn: Mapping[str, Any], keep: Keep | None
) -> Space:
    """Return the combinations: of every series, where there are several.

    Parameters
    ----------
    drawn
        ``samples``, ``method`` and ``seed`` as they were given.
    """
    whole = {INSTRUMENT: list(series), **ranges} if len(series) > 1 else dict(ranges)
    samples, method = drawn.get("samples"), drawn.get("method", "random")
    if method not in METHODS:
        raise UnknownNameError("E_SAMPLES", "method", str(method), METHODS)
    if samples is None:
        return grid_space(whole)
    return sampled_space(whole, samples, method, drawn.get("seed", 0), keep=keep)
