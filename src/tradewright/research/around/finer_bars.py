"""Whether finer bars can show the inside of the bars that are traded (engine.md 3.5)."""

from collections.abc import Iterator

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.engine.rules import Rules
from tradewright.engine.types import Floats
from tradewright.research.caution import Caution

# Feeds of one market differ by ticks; a bar is of something else where it lies this share of a range beyond.
_FAR = 0.1
# Of fewer bars than this, most may differ by chance.
_FEW = 10


def check_finer(bars: Bars, finer: Bars | None, rules: Rules, start: int) -> list[Caution]:
    """Refuse finer bars that are of something else; say how many bars they contradict.

    Raises
    ------
    InputError
        ``E_FINER`` for another symbol, a length that does not divide that of `bars`, or prices most of which
        are not those of `bars`: of another market, or of other hours.
    """
    if finer is None:
        return []
    if finer.symbol.casefold() != bars.symbol.casefold():
        raise _refused(f"they are of {finer.symbol}, and the bars of {bars.symbol}", bars, finer)
    length, short = bars.timeframe.ns, finer.timeframe.ns
    if short >= length or length % short:
        text = f"their {finer.timeframe} is no part of the bars' {bars.timeframe}"
        raise _refused(text, bars, finer)
    if rules.intrabar != "magnified":
        text = f"finer bars were given and not used: bars are read as {rules.intrabar}, not magnified."
        return [Caution("W_FINER_UNUSED", text)]
    return list(_contradictions(bars.slice(start, len(bars)), finer, rules.tie_tolerance))


def _refused(what: str, bars: Bars, finer: Bars, fix: str = "") -> InputError:
    fit = f"Give bars of {bars.symbol} of a length that divides {bars.timeframe}, such as 1m."
    return InputError(
        "E_FINER",
        f"the finer bars do not fit: {what}.",
        fix=fix or fit,
        details={"symbol": finer.symbol, "timeframe": str(finer.timeframe)},
    )


def _contradictions(bars: Bars, finer: Bars, tolerance: float) -> Iterator[Caution]:
    """Count bars of which a finer bar goes beyond the high or the low; refuse when most do, by far."""
    edges = np.searchsorted(finer.time, np.append(bars.time, bars.close_time[-1]))
    known = edges[1:] > edges[:-1]
    if not known.any():
        return
    starts = edges[:-1][known]
    stop = int(edges[-1])
    highest = np.maximum.reduceat(finer.high[:stop], starts)
    lowest = np.minimum.reduceat(finer.low[:stop], starts)
    high, low = bars.high[known], bars.low[known]
    beyond = _above(highest, high, tolerance) | _above(low, lowest, tolerance)
    far = beyond & (np.maximum(highest - high, low - lowest) > _FAR * (high - low))
    count, wrong = int(beyond.sum()), int(far.sum())
    if wrong >= _FEW and 2 * wrong > far.size:
        what = f"they go far beyond high or low of {wrong:,} of the {far.size:,} bars that they lie in"
        fix = f"Give bars of {bars.symbol} with times in the same zone and prices adjusted alike."
        raise _refused(what, bars, finer, fix)
    if count:
        text = f"finer bars go beyond high or low of {count:,} of the bars; inside, they were believed."
        yield Caution("W_FINER_DIFFERS", text, count)


def _above(a: Floats, b: Floats, tolerance: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return a - b > tolerance * np.maximum(np.abs(a), np.abs(b))
