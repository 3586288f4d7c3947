"""Many runs in one call."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.engine.sweep.express import FLAT, LE, LONG, LX, SE, SHORT, SX, Words, cleared, express
from tradewright.engine.sweep.tables import Indices, Tables, lent
from tradewright.engine.types import FILL, Floats
from tradewright.kernels import kernel
from tradewright.kernels.borrowed import borrowed

Table = npt.NDArray[Any]


@kernel
def completed(decisions: Words, start: int) -> None:
    """Fill in what there is to watch for, and take out what decides nothing.

    Decisions before bar `start` are none (2.6), and where both sides enter neither does (2.5).

    Parameters
    ----------
    decisions
        ``(runs, DECISION_ROWS, words)``, the first four rows filled in.
    """
    runs, _, words = decisions.shape
    edge, keep = start >> 6, ~((np.uint64(1) << np.uint64(start & 63)) - np.uint64(1))
    for i in range(runs):
        for row in range(FLAT):
            decisions[i, row, :edge] = 0
            if edge < words:
                decisions[i, row, edge] &= keep
        for w in range(words):
            both = decisions[i, LE, w] & decisions[i, SE, w]
            longs, shorts = decisions[i, LE, w] & ~both, decisions[i, SE, w] & ~both
            decisions[i, LE, w], decisions[i, SE, w] = longs, shorts
            decisions[i, FLAT, w] = longs | shorts
            decisions[i, LONG, w] = decisions[i, LX, w] | shorts
            decisions[i, SHORT, w] = decisions[i, SX, w] | longs


@kernel
def run_rows(  # noqa: PLR0913, PLR0917 - what many runs share, and what each has
    tables: Tables,
    decisions: Words,
    which: Indices,
    columns: Floats,
    terms: Table,
    rules: Indices,
    totals: Table,
) -> None:
    """Run row `i` with the decisions ``which[i]`` under the rules ``rules[i]``, adding up ``totals[i]``.

    Parameters
    ----------
    decisions
        ``(distinct, DECISION_ROWS, words)``, completed.
    totals
        Dtype TOTALS, all 0.
    """
    none = np.empty(0, FILL)
    # What is handed from function to function is borrowed: the arrays themselves live on here.
    here, read, journal = lent(tables), borrowed(columns), borrowed(none)
    for i in range(which.size):
        terms_of_row: Any = terms[rules[i]]
        cleared(totals[i], terms_of_row.cash, tables.start)
        express(here, borrowed(decisions[which[i]]), read, terms_of_row, totals[i], journal)
