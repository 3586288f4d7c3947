"""Labels that a pandas column brings along must be the bars' own: values are read by position."""

from typing import Any

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import StrategyCodeError


def require_bar_order(column: Any, name: str, strategy: str, bars: Bars) -> None:
    """Refuse a pandas Series whose index is neither 0 .. n-1 nor the bars' open times.

    Anything else passes, and so does a wrong length: that has an error of its own.

    Raises
    ------
    StrategyCodeError
        ``E_STRATEGY_RETURN``.
    """
    if not hasattr(column, "iloc") or len(column) != len(bars):
        return
    labels: Any = column.index
    plain = labels.to_numpy("datetime64[ns]") if labels.dtype.kind == "M" else labels.to_numpy()
    own = bars.time.view("datetime64[ns]") if labels.dtype.kind == "M" else np.arange(len(bars))
    same = plain == own
    if np.all(same):
        return
    row = int(np.argmin(same)) if np.shape(same) == (len(bars),) else 0
    raise StrategyCodeError(
        "E_STRATEGY_RETURN",
        f"strategy '{strategy}': {name} is a pandas column in another order than the bars: "
        f"its row {row} is labelled {labels[row]}.",
        fix="Keep the index of bars.to_pandas(), sort by it, or return the values with .to_numpy().",
        details={"strategy": strategy, "signal": name, "row": row},
    )
