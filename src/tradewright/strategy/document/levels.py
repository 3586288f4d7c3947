"""Where orders stand: a distance, or a price of the document's own, read as the engine's rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from tradewright.core import validation
from tradewright.core.errors import InputError
from tradewright.engine.columns import SIDES, target_name
from tradewright.engine.rule_parts import ATR_PERIOD, MOST_TARGETS, BreakEven, Level, Target, Trailing
from tradewright.strategy.document.cursor import Cursor, shown
from tradewright.strategy.document.operands import output_of, read_operand
from tradewright.strategy.plan import Constant, ModuleColumn, Operand, Percentage, PlacedPrice, Side

STOP_UNITS = ("percent", "atr", "price")
TARGET_UNITS = ("percent", "atr", "r", "price")
TRAILING_UNITS = ("percent", "atr", "chandelier")
BREAK_EVEN_UNITS = ("percent", "atr", "r")
WHOLE = 100  # percent
PRICE_FIELDS = ("operand", *SIDES)
_LEVEL_FIELDS = ("value", "unit", "period", *PRICE_FIELDS)
_DISTANCES = ("value", "offset", "unit", "period")
_WITH_PERIOD = ("atr", "chandelier")
_OF_A_COLUMN: Mapping[str, Any] = {"unit": "column"}
_ALL = 1 + 1e-9


@dataclass(slots=True)
class OwnPrices:
    """Gathers the prices that a document brings itself, by the engine's names of their columns.

    `side` is the one that ``operand`` is about: the document's own.
    """

    side: Side
    found: dict[str, PlacedPrice] = field(default_factory=dict[str, PlacedPrice])

    def take(self, fields: Mapping[str, Cursor], name: Callable[[Side], str]) -> bool:
        """Take in the ``operand``, or ``long`` and ``short``, of a level; False where it has none."""
        sided: dict[Side, Cursor] = {side: fields[side] for side in SIDES if side in fields}
        if "operand" in fields:
            for place in sided.values():
                place.fail("the operand is given already.", fix="Give 'operand', or 'long' and 'short'.")
            sided = {self.side: fields["operand"]}
        if not sided:
            return False
        for distance in _DISTANCES:
            if distance in fields:
                fields[distance].fail(f"the price of an operand has no {distance}.", fix="Drop one of them.")
        for side, place in sided.items():
            self.found[name(side)] = PlacedPrice(_price(place), place.path)
        return True


def read_stop(place: Cursor, prices: OwnPrices) -> dict[str, Any]:
    """Read ``stopLoss``."""
    fields = _fields(place, *_LEVEL_FIELDS)
    unit = fields.get("unit")
    if unit is not None and isinstance(unit.value, str) and unit.value.strip().casefold() == "r":
        unit.fail("a stop cannot be in r, because r is the distance of the stop.")
    own = prices.take(fields, "stop_{}".format)
    return checked(place, Level, _OF_A_COLUMN if own else _distance(place, fields, STOP_UNITS))


def read_targets(place: Cursor, prices: OwnPrices) -> Any:
    """Read ``takeProfit``: one level, or a list of targets with their shares of the position."""
    places = place.items() if isinstance(place.value, list | tuple) else [place]
    if not 1 <= len(places) <= MOST_TARGETS:
        place.fail(f"the list has {len(places)} targets; from 1 to {MOST_TARGETS} are possible.")
    targets = [_target(item, number, prices) for number, item in enumerate(places)]
    if sum(target["share"] for target in targets) > _ALL:
        place.fail(
            "the shares of the targets add up to more than 1.", fix="Give each its part, as 'share': 0.5."
        )
    if len(targets) == 1 and targets[0]["share"] == 1:
        del targets[0]["share"]  # what a single target has by itself
        return targets[0]
    return targets


def read_trailing(place: Cursor, prices: OwnPrices) -> Any:
    """Read ``trailing``: percent as a number, or an object; only what decides is kept."""
    fields = _fields(place, *_LEVEL_FIELDS, "after")
    own = prices.take(fields, "trail_{}".format)
    rule = _OF_A_COLUMN if own else _distance(place, fields, TRAILING_UNITS)
    if rule["unit"] == "percent" and rule["value"] >= WHOLE:
        fields["value"].fail(
            f"a trailing stop {rule['value']:g} % away can never be reached.",
            fix="It is in percent, under 100.",
        )
    after = fields["after"].number() if "after" in fields else 0.0
    if not after and rule["unit"] == "percent":
        return checked(place, Trailing, rule)["value"]
    return checked(place, Trailing, {**rule, "after": after} if after else rule)


def read_break_even(place: Cursor) -> dict[str, Any]:
    """Read ``breakEven``: the gain in percent as a number, or an object."""
    if not isinstance(place.value, Mapping):
        return {"after": positive(place), "unit": "percent"}
    fields = place.fields("after", "unit", "period", "offset")
    if "after" not in fields:
        place.fail("break-even has no 'after'.", fix='For example {"after": 1, "unit": "r"}.')
    rule = {"after": positive(fields["after"]), **measured(fields, BREAK_EVEN_UNITS)}
    offset = fields["offset"].number() if "offset" in fields else 0.0
    if offset:
        rule["offset"] = offset
    return checked(place, BreakEven, rule)


def measured(fields: Mapping[str, Cursor], units: Sequence[str]) -> dict[str, Any]:
    """Read ``unit`` and ``period``; the period is there only where the unit has one, by default 14."""
    unit = fields["unit"].choice(units, "unit") if "unit" in fields else units[0]
    if unit in _WITH_PERIOD:
        return {"unit": unit, "period": fields["period"].integer(1) if "period" in fields else ATR_PERIOD}
    if "period" in fields:
        has_one = " or ".join(f"'{known}'" for known in units if known in _WITH_PERIOD)
        fields["period"].fail(f"what is in {unit} has no period.", fix=f"Drop it, or use the unit {has_one}.")
    return {"unit": unit}


def positive(place: Cursor) -> float:
    """Return the number above 0 that stands here."""
    value = place.number()
    if value <= 0:
        place.fail(f"{value:g} must be above 0.", fix="Leave the field out for none.")
    return value


def checked(place: Cursor, model: type[BaseModel], rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return `rule` when it is within the bounds of the engine's `model`; else fail at the field."""
    values = dict(rule)
    try:
        validation.build(model, values, kind="value", owner="the document")
    except InputError as wrong:
        fields = place.entries() if isinstance(place.value, Mapping) else {}
        sentence = wrong.message.partition(": ")[2].rstrip(".")
        got = f", got {shown(wrong.details['value'])}" if "value" in wrong.details else ""
        fields.get(str(wrong.details.get("name")), place).fail(f"{sentence}{got}.", fix=wrong.fix)
    return values


def _fields(place: Cursor, *known: str) -> dict[str, Cursor]:
    """Return the fields of an object; a number stands for its value."""
    return place.fields(*known) if isinstance(place.value, Mapping) else {"value": place}


def _distance(place: Cursor, fields: Mapping[str, Cursor], units: Sequence[str]) -> dict[str, Any]:
    if "value" not in fields:
        place.fail("the level has no 'value'.", fix='For example {"value": 2, "unit": "atr"}.')
    return {"value": positive(fields["value"]), **measured(fields, units)}


def _target(place: Cursor, number: int, prices: OwnPrices) -> dict[str, Any]:
    fields = _fields(place, *_LEVEL_FIELDS, "share")
    own = prices.take(fields, lambda side: target_name(number, side))
    level = _OF_A_COLUMN if own else _distance(place, fields, TARGET_UNITS)
    share = positive(fields["share"]) if "share" in fields else 1.0
    if share > 1:
        fields["share"].fail(
            f"a share of the position is a fraction, and {share:g} is more than all of it.",
            fix=f"Write {share / 100:g} for {share:g} %.",
        )
    return checked(place, Target, {**level, "share": share})


def _price(place: Cursor) -> Operand:
    """Read an operand that is a price."""
    operand = read_operand(place)
    inner = operand
    while isinstance(inner, Percentage):
        inner = inner.of
    if isinstance(inner, Constant):
        place.fail(
            "a fixed number is no operand here.", fix="Name a price or the output of a module that is one."
        )
    if "volume" in {getattr(inner, "field", ""), getattr(getattr(inner, "params", None), "source", "")}:
        place.fail("volume is no price.", fix="Name open, high, low or close.")
    if isinstance(inner, ModuleColumn) and (output_of(inner).states or output_of(inner).pane != "price"):
        place.fail(
            f"{inner.module}.{inner.output} is no price.",
            fix="Name an output that is drawn over the candles.",
        )
    return operand
