"""What lies around the bars, as a caller gives it: bars or files, all of them read in one zone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, InputError
from tradewright.data.importers.notes import IMPORT_NOTES
from tradewright.library.given.payment_files import payments_from
from tradewright.library.loading import load
from tradewright.library.runs.sources import NAMED, source_of
from tradewright.research.around.world import World, world_of

_ASSUMED = "W_TZ_ASSUMED"


@dataclass(frozen=True, slots=True)
class Around:
    """A world, and what limits the trust in how its files were read, each ``CODE: sentence``."""

    world: World
    notes: tuple[str, ...]


def around(bars: Bars, given: Mapping[str, Any]) -> Around:
    """Read what lies around `bars`.

    Files are read as the bars' own was: times that name no zone are in the zone that :func:`tradewright.load`
    was given for the bars, and finer bars are of the bars' symbol unless their file has a column of symbols.
    What is in memory says itself what it is.

    Parameters
    ----------
    given
        ``finer rates funding dividends splits``, None for those that are not known.

    Raises
    ------
    InputError
        ``E_BARS`` for what is neither bars nor a path; ``E_EVENT`` for payments of another form.
    DataError
        For files that cannot be read.
    """
    zone = (source_of(bars) or {}).get("timezone")
    series: dict[str, Bars] = {}
    if given.get("finer") is not None:
        series["finer"] = _finer(given["finer"], bars, zone)
    if given.get("rates") is not None:
        series["rates"] = series_of("rates", given["rates"], zone)
    payments, assumed = payments_from(zone, **given)
    read = [name for name, made in series.items() if made is not given[name] and _ASSUMED in made.notes]
    return Around(world_of(**series, payments=payments), tuple(_noted([*read, *assumed])))


def series_of(name: str, given: object, timezone: str | None = None) -> Bars:
    """Return bars, those that are a path read in `timezone`.

    Raises
    ------
    InputError
        ``E_BARS`` for anything else.
    """
    if isinstance(given, Bars):
        return given
    if isinstance(given, str | Path):
        return load(given, timezone=timezone)
    raise InputError(
        "E_BARS",
        f"{name} is a {type(given).__name__}.",
        fix="Pass tw.Bars: tw.load(path), tw.Bars.from_pandas(frame, symbol=...) or from_polars.",
        details={"name": name, "type": type(given).__name__},
    )


def _finer(given: object, bars: Bars, timezone: str | None) -> Bars:
    """Read finer bars as bars of the same symbol; a file whose own symbols are others says so itself."""
    if not isinstance(given, str | Path) or str(given).startswith(NAMED):
        return series_of("finer", given, timezone)
    try:
        return load(given, symbol=bars.symbol, timezone=timezone)
    except DataError as refused:
        if refused.code != "E_SYMBOL":
            raise
        refused.fix = f"{refused.fix} Finer bars are of the symbol of the bars, {bars.symbol}.".strip()
        raise


def _noted(names: list[str]) -> Iterator[str]:
    if names:
        yield f"{_ASSUMED}: {', '.join(names)}: {IMPORT_NOTES[_ASSUMED]}"
