"""The ``exit`` section: stop, targets, trailing, break-even, time stop, session's end, opposite entries."""

from typing import Any

from tradewright.strategy.document.cursor import Cursor
from tradewright.strategy.document.levels import (
    OwnPrices,
    read_break_even,
    read_stop,
    read_targets,
    read_trailing,
)

_FIELDS = ("take_profit", "stop_loss", "trailing", "break_even", "time_stop", "session_end", "on_opposite")
REACTIONS = ("reverse", "exit", "ignore")


def read_exit(place: Cursor | None, prices: OwnPrices) -> dict[str, Any]:
    """Read the section as overrides for ``engine.rules.Rules``: plain data, only what is set.

    A level at a price of the document's own is ``{"unit": "column"}``; the operand goes to `prices`.

    Raises
    ------
    DocumentError
        For the first thing wrong, with its path.
    """
    if place is None:
        return {}
    fields = place.fields(*_FIELDS)
    rules: dict[str, Any] = {}
    if "take_profit" in fields:
        rules["take_profit"] = read_targets(fields["take_profit"], prices)
    if "stop_loss" in fields:
        rules["stop_loss"] = read_stop(fields["stop_loss"], prices)
    if "trailing" in fields:
        rules["trailing"] = read_trailing(fields["trailing"], prices)
    if "break_even" in fields:
        rules["break_even"] = read_break_even(fields["break_even"])
    if "time_stop" in fields:
        rules["time_stop"] = fields["time_stop"].integer(1, why=": it counts bars")
    if "session_end" in fields and fields["session_end"].flag():
        rules["session_end"] = True
    if "on_opposite" in fields:
        rules["on_opposite"] = fields["on_opposite"].choice(REACTIONS, "reaction")
    return rules
