"""``tw.sweep``."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from tradewright.data.trials.ledger import FILE, TrialLedger
from tradewright.library.defaults import home
from tradewright.library.sweeping.asked import SweepArguments
from tradewright.library.sweeping.kept import executor_in, told_how_to_go_on
from tradewright.library.sweeping.question import Source, bytes_in, require_known
from tradewright.library.sweeping.reading import budget_of, flushed, read_sweep, scores_of
from tradewright.library.sweeping.result import SweepResult
from tradewright.research.sweep.running import Counting, run


def sweep(
    strategy: Any,
    bars: Source | Mapping[str, Source] | Sequence[Source],
    *,
    grid: Mapping[str, Any] | None = None,
    where: str | Sequence[str] | None = None,
    **further: Unpack[SweepArguments],
) -> SweepResult:
    """Score many combinations of parameters, rules and series.

    Every combination scored is counted in the ledger of trials (:func:`tradewright.trials`): the best of
    many is better than it will be.

    Parameters
    ----------
    strategy
        As :func:`tradewright.backtest` takes it.
    bars
        The series, or its path; several (a list, or a mapping of names) are one axis more, ``instrument``.
    grid
        Parameter or rule (``stop_loss``, ``sizing.value``) -> its values: a list, range or array, or text
        such as ``"5..50:5"``. Without one, the ranges that the strategy declares for its parameters.
    where
        Which combinations count: ``"fast < slow and stop_loss < take_profit"``. What the strategy's document
        demands of its parameters is added.
    **further
        ``samples method seed params metrics memory executor folder fresh``: see
        :class:`~tradewright.library.sweeping.asked.SweepArguments`; all else as of a backtest.

    Returns
    -------
    SweepResult
        One row for each combination: ``.to_pandas()``, ``.best()``, ``.plateau()``, ``.plot``. One that
        needs more bars than there are, which a backtest refuses, is a row without a trade.

    Raises
    ------
    InputError
        Before anything runs, for an unknown name, a value that no rule takes, a grid of none or too many, a
        condition that excludes all, too little memory, a folder of another sweep.
    CancelledError
        When the user asked to stop; what was scored in a folder is kept.
    EnvironmentFaultError
        For workers that cannot be reached.
    """
    began = time.perf_counter()
    require_known(further)
    memory = bytes_in(further.get("memory"))
    with executor_in(further.get("executor")) as workers:
        asked = read_sweep(strategy, bars, grid, where, further, budget_of(memory, workers))
        scores = scores_of(asked, further, memory)
        counting = Counting(TrialLedger(home() / FILE), asked.counted(scores.fingerprint))
        with scores, told_how_to_go_on(scores, asked.sweep.space.size):
            try:
                run(asked.sweep, scores, workers, counting)
            finally:
                uncounted = flushed(counting)
    elapsed = time.perf_counter() - began
    return SweepResult(scores, asked.swept(elapsed, uncounted))
