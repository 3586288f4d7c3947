"""The ``exit`` section: stop, target, trailing, time stop, and what an opposite entry does."""

from collections.abc import Mapping
from typing import Any

from tradewright.strategy.document.cursor import Cursor

_UNITS = ("percent", "atr", "r", "price")
_ATR_PERIOD = 14


def read_exit(place: Cursor | None) -> dict[str, Any]:
    """Read the section as overrides for ``engine.rules.Rules``: plain data, only what is set."""
    if place is None:
        return {}
    fields = place.fields("take_profit", "stop_loss", "trailing", "time_stop", "on_opposite")
    rules: dict[str, Any] = {}
    if "take_profit" in fields:
        rules["take_profit"] = _level(fields["take_profit"])
    if "stop_loss" in fields:
        rules["stop_loss"] = _level(fields["stop_loss"])
        if rules["stop_loss"]["unit"] == "r":
            fields["stop_loss"].child("unit").fail(
                "a stop cannot be in r, because r is the distance of the stop."
            )
    if "trailing" in fields:
        rules["trailing"] = _trailing(fields["trailing"])
    if "time_stop" in fields:
        rules["time_stop"] = fields["time_stop"].integer(1, why=": it counts bars")
    if "on_opposite" in fields:
        rules["on_opposite"] = fields["on_opposite"].choice(("reverse", "exit", "ignore"), "reaction")
    return rules


def _level(place: Cursor) -> dict[str, Any]:
    if not isinstance(place.value, Mapping):
        return {"value": _positive(place), "unit": "percent"}
    fields = place.fields("value", "unit", "period")
    if "value" not in fields:
        place.fail("the level has no 'value'.", fix='For example {"value": 2, "unit": "atr"}.')
    level: dict[str, Any] = {"value": _positive(fields["value"]), "unit": "percent"}
    if "unit" in fields:
        level["unit"] = fields["unit"].choice(_UNITS, "unit")
    if level["unit"] == "atr":
        level["period"] = fields["period"].integer(1) if "period" in fields else _ATR_PERIOD
    elif "period" in fields:
        fields["period"].fail(
            f"a level in {level['unit']} has no period.", fix="Drop it, or use the unit 'atr'."
        )
    return level


def _positive(place: Cursor) -> float:
    value = place.number()
    if value <= 0:
        place.fail(f"{value:g} must be above 0.", fix="Leave the field out for none.")
    return value


def _trailing(place: Cursor) -> float:
    value = _positive(place)
    if value >= 100:
        place.fail(
            f"a trailing stop {value:g} % away can never be reached.", fix="It is in percent, under 100."
        )
    return value
