"""What a close decides, given signals and position (engine.md 2.5)."""

import numpy as np
import numpy.typing as npt

from tradewright.engine.terms import ON_EXIT, ON_REVERSE, Terms
from tradewright.engine.types import ENTRY, MARKET, OPPOSITE, REVERSE, SIGNAL, TIME_STOP, Flags, Signals
from tradewright.kernels import kernel

# Signals of one bar, packed into a byte.
LONG_ENTRY, LONG_EXIT, SHORT_ENTRY, SHORT_EXIT, CONFLICT = 1, 2, 4, 8, 16
ENTRIES = LONG_ENTRY | SHORT_ENTRY
# What matters to a book that is flat, long, short.
WATCH_FLAT = ENTRIES | CONFLICT
WATCH_LONG = LONG_EXIT | SHORT_ENTRY | CONFLICT
WATCH_SHORT = SHORT_EXIT | LONG_ENTRY | CONFLICT

Packed = npt.NDArray[np.uint8]


def pack(signals: Signals, direction: str, bars: int) -> Packed:
    """Return one byte of flags a bar, without the side that `direction` excludes.

    Where both entries are true neither is set, and ``CONFLICT`` is.
    """
    packed = np.zeros(bars, np.uint8)
    if direction != "short":
        _add(packed, signals.long_entry, LONG_ENTRY)
        _add(packed, signals.long_exit, LONG_EXIT)
    if direction != "long":
        _add(packed, signals.short_entry, SHORT_ENTRY)
        _add(packed, signals.short_exit, SHORT_EXIT)
    if direction == "both":
        both = (packed & ENTRIES) == ENTRIES
        packed[both] = packed[both] & ~np.uint8(ENTRIES) | CONFLICT
    return packed


def _add(packed: Packed, flags: Flags | None, bit: int) -> None:
    if flags is not None:
        packed |= flags.view(np.uint8) * np.uint8(bit)


@kernel
def decide(flags: int, side: int, overdue: bool, may_add: bool, terms: Terms) -> tuple[int, int]:
    """Return ``(exit reason or 0, side to enter or 0)`` for a close.

    Parameters
    ----------
    flags
        The bar's packed signals.
    side
        Of the position after this bar's fills; 0 when flat.
    overdue
        The time stop has been reached.
    may_add
        The position has room for another entry of its own side (5.4).
    """
    if side == 0:
        if flags & LONG_ENTRY:
            return ENTRY, 1
        return ENTRY, (-1 if flags & SHORT_ENTRY else 0)
    opposite = flags & (SHORT_ENTRY if side > 0 else LONG_ENTRY)
    reverses = opposite != 0 and terms.on_opposite == ON_REVERSE
    if reverses and terms.entry_kind == MARKET:
        return REVERSE, -side
    # A resting reversal closes where it fills; until then other exits act as ever.
    turn = -side if reverses else 0
    if flags & (LONG_EXIT if side > 0 else SHORT_EXIT):
        return SIGNAL, turn
    if opposite and terms.on_opposite == ON_EXIT:
        return OPPOSITE, 0
    if overdue:
        return TIME_STOP, turn
    if turn == 0 and may_add and flags & (LONG_ENTRY if side > 0 else SHORT_ENTRY):
        return ENTRY, side
    return ENTRY, turn
