"""``tw.trials``."""

from contextlib import suppress
from typing import Any

from tradewright.core.bars import Bars
from tradewright.core.errors import ParameterError, StrategyCodeError
from tradewright.data.trials.ledger import FILE, TrialLedger, Trials
from tradewright.library.defaults import home
from tradewright.library.given.surrounding import series_of
from tradewright.library.sweeping.asked import strategy_hash
from tradewright.library.sweeping.question import Source
from tradewright.library.sweeping.source import opened
from tradewright.strategy.prepared import prepare


def trials(bars: Source, strategy: Any = None) -> Trials:
    """Say how many combinations were ever scored on a series, by sweeps and searches on this machine.

    The more there were, the better the best of them looks by chance alone. The ledger is kept in
    ``TRADEWRIGHT_HOME``. The same sweep again, or one that was resumed, counts once; the same combination in
    two different sweeps counts twice, since it was looked at twice.

    Parameters
    ----------
    bars
        The series, or its path. Another version of it, one bar longer for instance, is another series.
    strategy
        As :func:`tradewright.backtest` takes it: only what was tried with this strategy, whatever its
        parameters. By default with any.

    Returns
    -------
    Trials
        ``count``; ``mean_sharpe``, ``variance_of_sharpe`` and ``best_sharpe`` (annualised) of the `sharpes`
        that had one; how many different ``strategies`` and ``sweeps``; when the ``first`` and ``last``.

    Raises
    ------
    InputError
        For an unknown strategy, or what is no series.
    DataError
        ``E_TRIALS_BROKEN`` for a damaged ledger, ``E_TRIALS_FORMAT`` for one of a newer version.
    EnvironmentFaultError
        ``E_TRIALS_BUSY`` or ``E_WRITE`` for one that cannot be read.
    """
    series: Bars = series_of("bars", bars)
    wanted = None
    if strategy is not None:
        source: Any = opened(strategy)
        # Code that cannot be made without parameters is a strategy all the same.
        with suppress(ParameterError, StrategyCodeError):
            prepare(source)
        wanted = strategy_hash(source)
    return TrialLedger(home() / FILE).trials(series.checksum, wanted)
