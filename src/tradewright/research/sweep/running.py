"""Running a sweep: pieces out to the workers, parts back to where they are kept, each one counted."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, cast

from tradewright.compute.executor import Executor, Work
from tradewright.core.errors import DataError, EnvironmentFaultError, TradewrightError
from tradewright.core.hooks import progress
from tradewright.data.scores.part import Part
from tradewright.data.scores.scores import Scores
from tradewright.data.trials.ledger import TrialLedger
from tradewright.data.trials.moments import Moments
from tradewright.data.trials.scored import Scored
from tradewright.research.sweep.pieces import INSTRUMENT, Piece, Sweep, pieces_of, prepare, score

_SHARPE = "sharpe"


def run(sweep: Sweep, scores: Scores, executor: Executor, kept: Callable[[Piece, Part], None]) -> None:
    """Score what is not scored yet.

    Parameters
    ----------
    scores
        Where parts are kept; pieces that are there already are left alone.
    kept
        Told of each piece that is kept, those too that were before.

    Raises
    ------
    CancelledError
        When the user asked to stop; what was scored is kept.
    TradewrightError
        What a single run of a combination raises, or the executor.
    """
    whole = pieces_of(sweep.space.size, int(scores.about["piece_size"]))
    done = scores.done()
    for number in sorted(done):
        # Whoever kept them may have been killed before they were counted.
        kept(whole[number], scores.part(number))
    waiting = [piece for piece in whole if piece.number not in done]
    before = sweep.space.size - sum(piece.last - piece.first for piece in waiting)
    progress(before, sweep.space.size, "combinations")
    work = Work(prepare, score, sweep)
    results: Any = executor.results(work, waiting)
    with closing(results):
        for found in results:
            position, part = cast("tuple[int, Part]", found)
            piece = waiting[position]
            scores.keep(piece.number, part)
            kept(piece, part)
            before += piece.last - piece.first
            progress(before, sweep.space.size, "combinations")


class Counting:
    """Counts scored pieces in the ledger of trials, some at a time; what it cannot count costs no scores.

    Parameters
    ----------
    about
        Of each series ``series symbol timeframe strategy strategy_hash sweep`` of :class:`Scored`, in the
        order of the axis INSTRUMENT.

    Attributes
    ----------
    fault
        Why some were not counted; None when all were.
    uncounted
        How many combinations.
    """

    AT_A_TIME = 64

    def __init__(self, ledger: TrialLedger, about: Sequence[Mapping[str, Any]]) -> None:
        self._ledger, self._about = ledger, about
        self._waiting: list[Scored] = []
        self.fault: TradewrightError | None = None
        self.uncounted = 0

    def __call__(self, piece: Piece, part: Part) -> None:
        """Count a piece."""
        for number, about in enumerate(self._about):
            rows = part.index[INSTRUMENT] == number if INSTRUMENT in part.index else slice(None)
            count = part.numbers[rows].size
            if count:
                found = part.metrics.get(_SHARPE)
                sharpes = Moments() if found is None else Moments.of(found[rows])
                self._waiting.append(
                    Scored(**about, first=piece.first, last=piece.last, count=count, sharpes=sharpes)
                )
        if len(self._waiting) >= self.AT_A_TIME:
            self.flush()

    def flush(self) -> None:
        """Record what waits; after a fault nothing is tried again, since each try may take its patience."""
        waiting, self._waiting = self._waiting, []
        if self.fault is None:
            try:
                self._ledger.record(waiting)
            except (DataError, EnvironmentFaultError) as fault:
                self.fault = fault
        if self.fault is not None:
            self.uncounted += sum(scored.count for scored in waiting)
