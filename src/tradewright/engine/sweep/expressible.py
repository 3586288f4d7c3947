"""Which rules the walk from event to event knows; all others go bar by bar."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.engine.terms import ATR, KELLY, MAGNIFIED, NO_LEVEL, PERCENT
from tradewright.engine.types import MARKET, Surroundings

Table = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

_ALL = 1 - 1e-9  # of a position, as the share of a target


def left_out(terms: Table) -> Mapping[str, Flags]:
    """Return what keeps rules from going from event to event.

    Parameters
    ----------
    terms
        ``(rules,)`` of dtype TERMS.

    Returns
    -------
    Mapping
        The rule's name -> where it is in the way, ``(rules,)``.
    """
    trailing = terms["trailing_unit"]
    return {
        "entry": terms["entry_kind"] != MARKET,
        "fill_on": terms["fill_at_close"],
        "intrabar": terms["intrabar"] == MAGNIFIED,
        "pyramiding": terms["pyramiding"] > 0,
        "participation": terms["participation"] > 0,
        "sizing": terms["sizing"] == KELLY,
        "size_on": terms["size_at_decision"],
        "slippage_atr": terms["slippage_atr"] > 0,
        "impact": terms["impact"] > 0,
        "borrow_rate": terms["borrow_rate"] > 0,
        "take_profit": (terms["targets"] > 1)
        | ((terms["targets"] == 1) & (terms["target_share"][:, 0] < _ALL)),
        "trailing": ~np.isin(trailing, (NO_LEVEL, PERCENT, ATR))
        | ((trailing != NO_LEVEL) & (terms["trailing_after"] > 0)),
        "break_even": terms["even_unit"] != NO_LEVEL,
        "session_end": terms["session_end"],
    }


def around(surroundings: Surroundings) -> str | None:
    """Return what in the surroundings keeps every run from going from event to event; None for nothing."""
    if surroundings.rate_open is not None or surroundings.rate_close is not None:
        return "currency"
    if surroundings.events is not None and surroundings.events.size:
        return "account events"
    return None
