"""What a piece of a sweep leaves in the ledger, and how a row shows that it is whole."""

import hashlib
from dataclasses import dataclass
from typing import Any

from tradewright.data.trials.moments import Moments


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Combinations that were scored on a series, as many as a piece of a sweep has.

    Attributes
    ----------
    series
        Checksum of the bars.
    symbol, timeframe
        Of the bars, for people.
    strategy, strategy_hash
        Its id, and the SHA-256 of its document or code without parameter values.
    sweep
        Fingerprint of the sweep; of a single run, the run's.
    first, last
        Numbers of the combinations: from `first` to before `last`, excluded ones too.
    count
        How many of them were scored.
    sharpes
        Moments of the Sharpe ratios as they were scored: annualised, where metrics are.
    """

    series: str
    symbol: str
    timeframe: str
    strategy: str
    strategy_hash: str
    sweep: str
    first: int
    last: int
    count: int
    sharpes: Moments

    def __post_init__(self) -> None:
        """Refuse what cannot be: it would be counted for ever."""
        if not (0 <= self.first < self.last and self.sharpes.count <= self.count <= self.last - self.first):
            raise ValueError(
                f"combinations {self.first} to before {self.last} cannot have {self.count} scores, "
                f"{self.sharpes.count} of them with a Sharpe ratio"
            )


def row_of(scored: Scored, recorded: str) -> tuple[Any, ...]:
    """Return the row of a piece, its checksum last."""
    texts = (scored.series, scored.symbol, scored.timeframe, scored.strategy, scored.strategy_hash)
    # Plain Python: a number of numpy is written as another text, and refused by SQLite.
    row = (
        *(str(scored.sweep), int(scored.first), int(scored.last)),
        *map(str, texts),
        int(scored.count),
        *_known(scored.sharpes),
        recorded,
    )
    return (*row, _checksum(row))


def _known(sharpes: Moments) -> tuple[int, float | None, float | None, float | None]:
    if sharpes.best is None:
        return 0, None, None, None
    return int(sharpes.count), float(sharpes.mean), float(sharpes.m2), float(sharpes.best)


def scored_of(row: tuple[Any, ...]) -> Scored | None:
    """Return what a row says; None when it is not as it was written."""
    *values, checksum = row
    if checksum != _checksum(tuple(values)):
        return None
    sweep, first, last, series, symbol, timeframe, strategy, strategy_hash, count, *rest = values
    sharpes, mean, m2, best, _ = rest
    return Scored(
        series=series,
        symbol=symbol,
        timeframe=timeframe,
        strategy=strategy,
        strategy_hash=strategy_hash,
        sweep=sweep,
        first=first,
        last=last,
        count=count,
        sharpes=Moments(sharpes, mean, m2, best) if sharpes else Moments(),
    )


def _checksum(row: tuple[Any, ...]) -> str:
    return hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
