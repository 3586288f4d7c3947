"""Panel, decisions and limits in the form compiled code reads; refuses decisions that do not fit."""

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import (
    LONG_IN,
    LONG_OUT,
    SHORT_IN,
    SHORT_OUT,
    Choices,
    Flags,
    Floats,
    Limits,
    Lines,
    PortfolioLimits,
    RankedSignals,
    TargetWeights,
)
from tradewright.engine.rules import Rules

_NO_TABLE = np.zeros((1, 1))
_NO_FLAGS = np.zeros((1, 1), np.uint8)
_NO_ROWS = np.zeros(0, np.int64)
_FLAGS = {"long_entry": LONG_IN, "long_exit": LONG_OUT, "short_entry": SHORT_IN, "short_exit": SHORT_OUT}


def lines_of(panel: Panel, opens: Floats, closes: Floats) -> Lines:
    """Return the panel with the bars of all symbols one after the other, and rates by currency and row."""
    series = list(panel.series.values())
    first = np.zeros(len(series) + 1, np.int64)
    np.cumsum([len(bars) for bars in series], out=first[1:])
    row = _NO_ROWS if panel.is_even else np.concatenate([panel.rows_of(s) for s in range(len(series))])
    return Lines(
        *(_sealed([bars.column(name) for bars in series]) for name in ("open", "high", "low", "close")),
        first=first,
        row=row,
        even=panel.is_even,
        time=np.ascontiguousarray(panel.time).copy(),
        rate_open=opens,
        rate_close=closes,
    )


def _sealed(columns: list[Floats]) -> Floats:
    """Join columns; read-only, as those of bars are, so that compiled code meets one type."""
    joined = np.concatenate(columns)
    joined.flags.writeable = False
    return joined


def rates_of_symbols(
    symbols: int, rows: int, rates: "list[tuple[Floats, Floats] | None] | None"
) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Return which currency each symbol is in, and the rates of these at opens and closes.

    The rates have the shape ``(currencies, rows)``, of which the first is 1; ``(1, 1)`` where that is all.
    """
    if rates is None or all(pair is None for pair in rates):
        return np.zeros(symbols, np.int64), np.ones((1, 1)), np.ones((1, 1))
    # Symbols of one currency share one pair of columns.
    pairs = {id(pair): pair for pair in rates if pair is not None}
    place = {known: number for number, known in enumerate(pairs, 1)}
    currency = np.array([0 if pair is None else place[id(pair)] for pair in rates], np.int64)
    opens, closes = (np.stack([np.ones(rows), *(pair[i] for pair in pairs.values())]) for i in (0, 1))
    return currency, opens, closes


def limits_of(rules: Rules, limits: PortfolioLimits) -> Limits:
    """Return the rules of the account as plain numbers."""
    shorts = rules.direction != "long"
    return Limits(
        longs=rules.direction != "short",
        shorts=shorts,
        ruinable=shorts or rules.leverage > 1,
        leverage=rules.leverage,
        maintenance_margin=rules.maintenance_margin,
        borrow_rate=rules.borrow_rate,
        min_trade=limits.min_trade,
        max_weight=np.inf if limits.max_weight is None else limits.max_weight,
        max_exposure=np.inf if limits.max_exposure is None else limits.max_exposure,
        max_positions=limits.max_positions,
        close_at_end=rules.close_at_end,
        tolerance=rules.tie_tolerance,
    )


def choices_of(panel: Panel, decisions: TargetWeights | RankedSignals) -> Choices:
    """Return decisions for compiled code.

    Raises
    ------
    InputError
        ``E_WEIGHTS``.
    """
    if isinstance(decisions, TargetWeights):
        at = np.full(len(panel), -1, np.int64)
        rows, weights = _weights(panel, decisions)
        at[rows] = np.arange(rows.size)
        return Choices(False, at, weights, _NO_FLAGS, _NO_TABLE, _NO_TABLE)
    shape = (len(panel), len(panel.series))
    flags = np.zeros(shape, np.uint8)
    for name, bit in _FLAGS.items():
        column: Flags | None = getattr(decisions, name)
        if column is not None:
            flags |= np.uint8(bit) * _fitting(column, name, shape).astype(np.bool_)
    score, weight = (
        _NO_TABLE if column is None else np.ascontiguousarray(_fitting(column, name, shape), np.float64)
        for name, column in (("score", decisions.score), ("weight", decisions.weight))
    )
    return Choices(True, np.full(len(panel), -1, np.int64), _NO_TABLE, flags, score, weight)


def _weights(panel: Panel, decisions: TargetWeights) -> tuple[npt.NDArray[np.int64], Floats]:
    rows = np.ascontiguousarray(decisions.rows, np.int64)
    weights = np.ascontiguousarray(decisions.weights, np.float64)
    _fitting(weights, "weights", (rows.size, len(panel.series)))
    if rows.size and (rows[0] < 0 or rows[-1] >= len(panel) or (np.diff(rows) <= 0).any()):
        raise InputError(
            "E_WEIGHTS",
            f"the rows of decisions must increase within 0 to {len(panel) - 1}.",
            details={"rows": len(panel)},
        )
    if np.isinf(weights).any():
        at, symbol = (int(place[0]) for place in np.nonzero(np.isinf(weights)))
        raise InputError(
            "E_WEIGHTS",
            f"the weight of '{panel.symbols[symbol]}' is infinite at row {int(rows[at])} of the panel.",
            fix="Give a share of equity, 0 to close, or NaN to leave the symbol alone.",
            details={"row": int(rows[at]), "symbol": panel.symbols[symbol]},
        )
    return rows, weights


def _fitting(
    table: "npt.NDArray[np.generic]", name: str, shape: tuple[int, int]
) -> "npt.NDArray[np.generic]":
    if np.shape(table) != shape:
        raise InputError(
            "E_WEIGHTS",
            f"{name} has shape {np.shape(table)}; it must have {shape}: decisions by symbols.",
            fix="Give a row for each decision and a column for each symbol of the panel.",
            details={"name": name, "shape": list(np.shape(table)), "needed": list(shape)},
        )
    return table
