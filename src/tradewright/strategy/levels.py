"""The ATR columns that stops and targets in ATR units are measured by."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.engine.rules import Level
from tradewright.engine.types import Signals
from tradewright.modules import registry
from tradewright.modules.module import Context


def with_atr(signals: Signals, bars: Bars, rules: Mapping[str, Any]) -> Signals:
    """Return `signals` with ``atr_stop`` and ``atr_target`` for the levels of `rules` that need them.

    Parameters
    ----------
    rules
        May hold ``stop_loss`` and ``take_profit`` as :class:`Level`, plain data or None.
    """
    periods = {name: _atr_period(rules.get(name)) for name in ("stop_loss", "take_profit")}
    if not any(periods.values()):
        return signals
    columns = {period: _atr(bars, period) for period in set(periods.values()) if period}
    return replace(
        signals,
        atr_stop=columns.get(periods["stop_loss"]),
        atr_target=columns.get(periods["take_profit"]),
    )


def _atr_period(level: Any) -> int:
    """Return the period of a level in ATR units, 0 for any other."""
    if isinstance(level, Mapping):
        level = Level.model_validate(level)
    return level.period if isinstance(level, Level) and level.unit == "atr" else 0


def _atr(bars: Bars, period: int) -> npt.NDArray[np.float64]:
    return registry.compute("atr", bars, registry.parameters("atr", {"period": period}), Context())["atr"]
