"""Whether a user's portfolio decides from the past alone: decided again with later rows hidden."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import StrategyCodeError
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import RankedSignals, TargetWeights
from tradewright.strategy.user_code.printing import unheard

Decisions = TargetWeights | RankedSignals
Rows = npt.NDArray[np.int64]

_NAMES = ("long_entry", "long_exit", "short_entry", "short_exit", "score", "weight")
_PARTS = 5
# An average may end in other last digits on fewer bars (SIMD, FFT) without having seen the future.
_ROUNDING = 1e-9


def require_no_foresight_of_rows(
    strategy: str, panel: Panel, whole: Decisions, decide: Callable[[Panel, Rows], Decisions]
) -> tuple[str, ...]:
    """Compare what was decided on all rows with what is decided when later rows are hidden.

    The last row that is shown is one that decides: near 1/5, 2/5, 3/5 and 4/5 of the decisions, and the
    last but one of all. It is a test, no proof.

    Returns
    -------
    tuple of str
        A warning ``W_FORESIGHT_UNCHECKED`` when the code cannot run on fewer rows; else nothing.

    Raises
    ------
    StrategyCodeError
        ``E_LOOKAHEAD``, naming the symbol and the first row that changed.
    """
    rows = whole.rows if isinstance(whole, TargetWeights) else np.arange(len(panel))
    failed: StrategyCodeError | None = None
    for shown in _cuts(rows, len(panel)):
        seen = rows[rows < shown]
        try:
            with unheard():
                part = decide(panel.until(shown), seen)
        except StrategyCodeError as error:
            failed = error  # it may need more rows than these
            continue
        failed = None
        _compare(strategy, panel, (whole, part), seen)
    if failed is None:
        return ()
    why = failed.message.rstrip(".")
    return (f"W_FORESIGHT_UNCHECKED: nobody knows whether it looks ahead: on fewer rows, {why}.",)


def _cuts(rows: Rows, count: int) -> list[int]:
    """Return how many rows to show: up to one that decides, near each fifth, and the last but one."""
    places = {part * rows.size // _PARTS for part in range(1, _PARTS)} | {rows.size - 2}
    shown = {int(rows[place]) + 1 for place in places if 0 <= place < rows.size}
    return sorted(many for many in shown if 0 < many < count)


def _tables(decisions: Decisions) -> dict[str, Any]:
    if isinstance(decisions, TargetWeights):
        return {"weight": decisions.weights}
    return {name: getattr(decisions, name) for name in _NAMES}


def _compare(strategy: str, panel: Panel, both: tuple[Decisions, Decisions], seen: Rows) -> None:
    whole, part = (_tables(decisions) for decisions in both)
    shape = (seen.size, len(panel.symbols))
    for name, table in whole.items():
        full, short = (_or_never(found, shape) for found in (table, part[name]))
        odd = ~np.isclose(full, short, rtol=_ROUNDING, atol=1e-15, equal_nan=True)
        if odd.any():
            at, symbol = (int(place[0]) for place in np.nonzero(odd))
            row = int(seen[at])
            when = str(np.datetime64(int(panel.time[row]), "ns"))[:19]
            raise StrategyCodeError(
                "E_LOOKAHEAD",
                f"strategy '{strategy}' looks ahead: its {name} of {panel.symbols[symbol]} at row {row} "
                f"({when}) is another with all {len(panel):,} rows than with {int(seen[-1]) + 1:,} of them.",
                fix="Decide at row t from rows up to t only; if the code is random, seed it inside.",
                details={"strategy": strategy, "signal": name, "row": row, "time": when},
            )


def _or_never(table: Any, shape: tuple[int, int]) -> Any:
    return np.zeros(shape) if table is None else np.asarray(table, np.float64)[: shape[0]]
