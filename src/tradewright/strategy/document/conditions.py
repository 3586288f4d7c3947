"""Conditions and groups: operators, values, lookbacks, and how members combine."""

from collections.abc import Sequence
from typing import cast

from tradewright.modules import registry
from tradewright.strategy.document.cursor import Cursor, camel
from tradewright.strategy.document.operands import known_module, module_column, output_of, read_operand
from tradewright.strategy.plan import (
    Condition,
    Constant,
    Match,
    ModuleColumn,
    Node,
    Operand,
    StateValue,
    combined,
)

ORDERINGS = (">", ">=", "<", "<=")
EQUALITIES = ("==", "!=")
CROSSES = ("crosses_above", "crosses_below")
DIRECTIONS = ("rising", "falling")
RANGES = ("between", "outside")
STATE_TESTS = ("is", "is_not")
OPERATORS = (*ORDERINGS, *EQUALITIES, *CROSSES, *DIRECTIONS, *RANGES, *STATE_TESTS)

_OF_STATES = {"==": "==", "is": "==", "!=": "!=", "is_not": "!="}
_CONDITION_KEYS = ("operator", "value", "within_last", "for_last")
_COLUMN_KEYS = ("output", "timeframe", "shift")
_MEMBER_KEYS = (
    "label",
    "description",
    "module_id",
    "operand",
    "selected",
    "config",
    "match",
    "sub_confirmations",
)


def read_group(places: Sequence[Cursor], match: Cursor | None) -> Node | None:
    """Read the members of a block or group and combine them; None when all are switched off."""
    members = tuple(node for node in map(_read_member, places) if node is not None)
    how, count = _read_match(match, len(members))
    return combined(how, members, count) if members else None


def members_of(place: Cursor) -> list[Cursor]:
    """Return the places in a ``subConfirmations`` list, which must not be empty."""
    found = place.items()
    if not found:
        place.fail("the list is empty; it needs at least one condition.")
    return found


def _read_match(place: Cursor | None, members: int) -> tuple[Match, int]:
    if place is None:
        return "all", 0
    if isinstance(place.value, str):
        return cast("Match", place.choice(("all", "any", "none"), "match")), 0
    if not isinstance(place.value, dict):
        place.fail("match is 'all', 'any', 'none' or {'atLeast': k}.")
    fields = place.fields("at_least")
    if "at_least" not in fields:
        place.fail("match is 'all', 'any', 'none' or {'atLeast': k}.")
    count = fields["at_least"].integer(1)
    if members and count > members:
        fields["at_least"].fail(f"at least {count} of {members} selected conditions can never be true.")
    return "at_least", count


def _read_member(place: Cursor) -> Node | None:
    fields = place.fields(*_MEMBER_KEYS)
    if "selected" in fields and not fields["selected"].flag():
        return None
    if "sub_confirmations" not in fields:
        return _read_condition(place, fields)
    for name in ("module_id", "operand", "config"):
        if name in fields:
            fields[name].fail(
                "a group has members, it compares nothing itself.", fix="Move this into a member."
            )
    return read_group(members_of(fields["sub_confirmations"]), fields.get("match"))


def _read_condition(place: Cursor, fields: dict[str, Cursor]) -> Condition:
    if "match" in fields:
        fields["match"].fail("only a group has a match.", fix="Give it 'subConfirmations', or drop 'match'.")
    if "config" not in fields:
        place.fail(
            "the condition has no 'config'.", fix='For example "config": {"operator": ">", "value": 50}.'
        )
    config = fields["config"].entries()
    left = _read_left(place, fields, config)
    operator = _read_operator(fields["config"], config)
    return Condition(
        operator=_OF_STATES.get(operator, operator) if _states(left) else operator,
        left=left,
        right=_read_right(fields["config"], config.get("value"), left, operator),
        within_last=_lookback(config, "within_last"),
        for_last=_lookback(config, "for_last"),
        path=place.path,
    )


def _read_left(place: Cursor, fields: dict[str, Cursor], config: dict[str, Cursor]) -> Operand:
    if "operand" in fields:
        if "module_id" in fields:
            fields["module_id"].fail("the condition has an 'operand' already.", fix="Drop one of the two.")
        fields["config"].fields(*_CONDITION_KEYS)
        left = read_operand(fields["operand"])
        if isinstance(left, Constant):
            fields["operand"].fail("a fixed number stands on the left.", fix="Put what moves on the left.")
        return left
    module_id = known_module(fields["module_id"]) if "module_id" in fields else _by_label(place, fields)
    column_fields = {
        name: config[name] for name in _COLUMN_KEYS if name in config and config[name].value is not None
    }
    return module_column(fields["config"], module_id, _module_parameters(module_id, config), column_fields)


def _by_label(place: Cursor, fields: dict[str, Cursor]) -> str:
    if "label" not in fields:
        place.fail("the condition names no module.", fix="Give it a 'moduleId' or an 'operand'.")
    label = fields["label"].text()
    found = registry.find_by_title(label)
    if found is not None:
        return found
    near = registry.like_title(label)
    fix = f"Did you mean {' or '.join(map(repr, near))}? Say which as 'moduleId'." if near else ""
    return fields["label"].fail(
        f"no module is called {label!r}.",
        fix=fix or "Give a 'moduleId'; `tradewright modules` lists them.",
        code="E_MODULE",
        choices=near,
    )


def _module_parameters(module_id: str, config: dict[str, Cursor]) -> dict[str, Cursor]:
    keys = (*_CONDITION_KEYS, *_COLUMN_KEYS, "params")
    inline = {name: place for name, place in config.items() if name not in keys}
    known = list(registry.get(module_id).params.model_fields)
    for name, place in inline.items():
        if name not in known:
            written = place.path.rsplit(".", 1)[-1]
            place.unknown(
                "field",
                written,
                [*map(camel, keys), *known],
                code="E_DOCUMENT_FIELD",
                where=f": it is neither part of a condition nor a parameter of module '{module_id}'",
            )
    nested = config["params"].entries() if "params" in config and config["params"].value is not None else {}
    for name, place in nested.items():
        if name in inline:
            place.fail(f"the same parameter is given twice, also as {inline[name].path}.")
    return {**inline, **nested}


def _read_operator(place: Cursor, config: dict[str, Cursor]) -> str:
    if "operator" not in config or config["operator"].value is None:
        place.fail("the condition has no 'operator'.", fix=f"Choose one of: {' '.join(OPERATORS)}.")
    return config["operator"].choice(OPERATORS, "operator")


def _read_right(config: Cursor, value: Cursor | None, left: Operand, operator: str) -> tuple[Operand, ...]:
    missing = value is None or value.value is None
    if operator in DIRECTIONS:
        if _states(left):
            config.fail(
                f"'{operator}' orders numbers; {_name(left)} is a state.", fix="Use 'is' or 'is_not'."
            )
        if not missing and value is not None:
            value.fail(f"'{operator}' takes no value.", fix="For several bars in a row add 'forLast'.")
        return ()
    if missing or value is None:
        config.fail(f"'{operator}' needs a 'value' to compare with.")
    if _states(left):
        return (_read_state(config, value, left, operator),)
    if operator in STATE_TESTS:
        fix = f"Use '{'==' if operator == 'is' else '!='}'."
        config.fail(f"'{operator}' compares states; {_name(left)} is a number.", fix=fix)
    if operator in RANGES:
        return _read_range(value, operator)
    return (_number_operand(value, left),)


def _read_range(value: Cursor, operator: str) -> tuple[Operand, Operand]:
    ends = value.items() if isinstance(value.value, list | tuple) else []
    if len(ends) != 2:
        value.fail(f"'{operator}' needs two values.", fix="Write [low, high].")
    low, high = (_number_operand(end, None) for end in ends)
    if isinstance(low, Constant) and isinstance(high, Constant) and low.value > high.value:
        value.fail(f"the low end {low.value:g} is above the high end {high.value:g}.", fix="Turn them round.")
    return low, high


def _number_operand(value: Cursor, left: Operand | None) -> Operand:
    if isinstance(value.value, str) and left is not None and not value.value.strip()[:1].isdigit():
        value.fail(f"{_name(left)} is a number; it cannot be compared with {value.value!r}.")
    operand = read_operand(value)
    if _states(operand):
        value.fail(f"{_name(operand)} is a state; a number cannot be compared with it.")
    return operand


def _read_state(config: Cursor, value: Cursor, left: Operand, operator: str) -> Operand:
    states = _states(left)
    if operator not in _OF_STATES:
        config.fail(
            f"'{operator}' orders numbers; {_name(left)} is a state ({', '.join(states)}).",
            fix="Use 'is' or 'is_not'.",
        )
    if isinstance(value.value, str):
        name = value.choice(states, f"state of {_name(left)}")
        return StateValue(name, states.index(name))
    if not isinstance(value.value, dict):
        value.fail(f"{_name(left)} is a state.", fix=f"Compare it with one of: {', '.join(states)}.")
    operand = read_operand(value)
    if _states(operand) != states:
        value.fail(
            f"{_name(operand)} does not have the states of {_name(left)}.",
            fix=f"They are {', '.join(states)}.",
        )
    return operand


def _lookback(config: dict[str, Cursor], name: str) -> int:
    if name not in config or config[name].value is None:
        return 1
    return config[name].integer(1, why=": it counts bars, the current one included")


def _states(operand: Operand) -> tuple[str, ...]:
    return output_of(operand).states if isinstance(operand, ModuleColumn) else ()


def _name(operand: Operand) -> str:
    if isinstance(operand, ModuleColumn):
        return f"{operand.module}.{operand.output}"
    return str(getattr(operand, "field", "the operand"))
