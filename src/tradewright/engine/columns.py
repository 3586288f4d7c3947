"""Which columns beside the signals a set of rules reads, by name.

Prices, by the strategy: ``stop_long target_long target_long_2 trail_long entry_long`` and the same for
shorts; units: ``size``. Measures, which whoever runs the rules can compute: ``atr:N`` (ATR of N bars) and
``volatility:N`` (annual volatility of N returns).
"""

from collections.abc import Iterator

import numpy as np

from tradewright.core.errors import InputError
from tradewright.engine.rule_parts import ATR_PERIOD, BreakEven, Entry, Level, Target, Trailing
from tradewright.engine.rules import Rules
from tradewright.engine.types import Floats, Signals

SIDES = ("long", "short")
PRICES = ("stop", "target", "trail", "entry")


def sides_of(rules: Rules) -> tuple[str, ...]:
    """Return the sides that `rules` trade."""
    return SIDES if rules.direction == "both" else (rules.direction,)


def target_name(number: int, side: str) -> str:
    """Return the column of the target `number` (from 0): ``target_long``, ``target_long_2`` ..."""
    return f"target_{side}" + (f"_{number + 1}" if number else "")


def atr_name(part: Level | Target | Trailing | BreakEven | Entry | None) -> str | None:
    """Return the column of the ATR that a part of the rules is measured in; None for no ATR."""
    return f"atr:{part.period}" if part is not None and part.unit in {"atr", "chandelier"} else None


def size_name(rules: Rules) -> str | None:
    """Return the column that sizes are read from; None when there is none."""
    kind, period = rules.sizing.kind, rules.sizing.period
    return {"atr": f"atr:{period}", "volatility": f"volatility:{period}", "column": "size"}.get(kind)


def measures_of(rules: Rules) -> set[str]:
    """Return the names of the measures that `rules` need: what anyone can compute from the bars."""
    parts = [rules.stop_loss, rules.trailing, rules.break_even, rules.entry, *rules.targets]
    names = {atr_name(part) for part in parts} | {size_name(rules)}
    if rules.slippage_atr > 0:
        names.add(f"atr:{ATR_PERIOD}")
    return {name for name in names if name is not None and ":" in name}


def own_columns_of(rules: Rules) -> list[str]:
    """Return the names of the columns that only the strategy can bring, in the order of the rules."""
    return [*_own_prices(rules), *(["size"] if rules.sizing.kind == "column" else [])]


def _own_prices(rules: Rules) -> Iterator[str]:
    for side in sides_of(rules):
        if rules.stop_loss is not None and rules.stop_loss.unit == "column":
            yield f"stop_{side}"
        for number, target in enumerate(rules.targets):
            if target.unit == "column":
                yield target_name(number, side)
        if rules.trailing is not None and rules.trailing.unit == "column":
            yield f"trail_{side}"
        if rules.entry.unit == "column":
            yield f"entry_{side}"


def column_of(name: str, signals: Signals, bars: int) -> Floats:
    """Return a column as contiguous float64 of length `bars`.

    Raises
    ------
    InputError
        ``E_COLUMN`` when the strategy does not bring it, or at another length.
    """
    column = signals.columns.get(name)
    if column is None:
        raise InputError(
            "E_COLUMN",
            f"the rules read the column '{name}', which the strategy does not bring.",
            fix=f"Return it with the signals: Signals(..., columns={{'{name}': values}}).",
            details={"column": name, "columns": sorted(signals.columns)},
        )
    values = np.ascontiguousarray(column, np.float64)
    if values.shape != (bars,):
        raise InputError(
            "E_COLUMN",
            f"the column '{name}' has shape {values.shape}; the bars need ({bars},).",
            fix="Return one value for each bar.",
            details={"column": name},
        )
    return values
