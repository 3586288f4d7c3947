"""The sections ``entry`` and ``fills``: how entries are ordered and added, and what orders can get."""

from collections.abc import Mapping
from typing import Any

from tradewright.engine.rule_parts import Entry
from tradewright.engine.rules import Rules
from tradewright.strategy.document.cursor import Cursor, camel, snake
from tradewright.strategy.document.levels import PRICE_FIELDS, WHOLE, OwnPrices, checked, measured

KINDS = ("market", "limit", "stop", "stop_limit")
ENTRY_UNITS = ("percent", "atr", "price")
CONFLICTS = ("neither", "oco")
TOUCHES = ("touch", "through")
LIFETIMES = ("session", "forever")
_OF_RESTING = ("offset", "unit", "period", "through", "lifetime", *PRICE_FIELDS)


def read_entry(place: Cursor | None, prices: OwnPrices) -> dict[str, Any]:
    """Read ``entry`` as overrides for ``engine.rules.Rules``: plain data, only what decides.

    An entry at a price of the document's own has the unit ``column``; the operand goes to `prices`.

    Raises
    ------
    DocumentError
        For the first thing wrong, with its path.
    """
    if place is None:
        return {}
    fields = place.fields("kind", *_OF_RESTING, "on_conflict", "pyramiding")
    rules: dict[str, Any] = {}
    kind = snake(fields["kind"].choice(map(camel, KINDS), "kind of order")) if "kind" in fields else "market"
    if kind != "market":
        rules["entry"] = checked(place, Entry, {"kind": kind, **_resting(fields, kind, prices)})
    else:
        _no_price(fields)
    if _conflict(fields, kind) == "oco":
        rules["on_conflict"] = "oco"
    added = fields["pyramiding"].integer(0, why=": it counts entries") if "pyramiding" in fields else 0
    if added:
        checked(fields["pyramiding"], Rules, {"pyramiding": added})
        rules["pyramiding"] = added
    return rules


def read_fills(place: Cursor | None) -> dict[str, Any]:
    """Read ``fills`` as overrides for ``engine.rules.Rules``: plain data, only what decides."""
    if place is None:
        return {}
    fields = place.fields("limit_fill", "participation")
    rules: dict[str, Any] = {}
    if "limit_fill" in fields and fields["limit_fill"].choice(TOUCHES, "limit fill") == "through":
        rules["limit_fill"] = "through"
    if "participation" in fields:
        share = fields["participation"]
        rules |= checked(share, Rules, {"participation": share.number()})
    return rules


def _resting(fields: Mapping[str, Cursor], kind: str, prices: OwnPrices) -> dict[str, Any]:
    if prices.take(fields, "entry_{}".format):
        rule: dict[str, Any] = {"unit": "column"}
    else:
        rule = {"offset": _distance(fields, "offset"), **measured(fields, ENTRY_UNITS)}
        if rule["unit"] == "percent" and rule["offset"] >= WHOLE:
            fields["offset"].fail("an order 100 % away can never fill.", fix="It is in percent, under 100.")
    through = _distance(fields, "through")
    if kind == "stop_limit":
        rule["through"] = through
    elif "through" in fields:
        fields["through"].fail(
            f"a {camel(kind)} entry has no through.", fix="Drop it, or use the kind 'stopLimit'."
        )
    return {**rule, "lifetime": _lifetime(fields.get("lifetime"))}


def _distance(fields: Mapping[str, Cursor], name: str) -> float:
    if name not in fields:
        return 0.0
    distance = fields[name].number()
    if distance < 0:
        fields[name].fail(f"{distance:g} must be 0 or more.", fix="The kind of order says on which side.")
    return distance


def _lifetime(place: Cursor | None) -> int | str | None:
    if place is None:
        return 1
    if not isinstance(place.value, str):
        return place.integer(1, why=": it counts bars")
    word = place.choice(LIFETIMES, "lifetime")
    return "session" if word == "session" else None


def _no_price(fields: Mapping[str, Cursor]) -> None:
    for name in _OF_RESTING:
        if name in fields:
            fields[name].fail(
                f"a market entry has no {camel(name)}.",
                fix="Drop it, or set 'kind' to 'limit', 'stop' or 'stopLimit'.",
            )


def _conflict(fields: Mapping[str, Cursor], kind: str) -> str:
    chosen = fields["on_conflict"].choice(CONFLICTS, "reaction") if "on_conflict" in fields else "neither"
    if chosen == "oco" and kind == "market":
        fields["on_conflict"].fail(
            "oco is for resting entries, and these are market orders.",
            fix="Set 'kind' to 'limit', 'stop' or 'stopLimit'.",
        )
    return chosen
