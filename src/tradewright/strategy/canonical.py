"""The one spelling of a plan: what decides and nothing else, itself a valid document."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from tradewright.engine.columns import SIDES, target_name
from tradewright.strategy.document.cursor import camel
from tradewright.strategy.plan import (
    ROLES,
    Condition,
    Constant,
    Group,
    ModuleColumn,
    Node,
    Operand,
    Percentage,
    Plan,
    PriceColumn,
    StateValue,
)

_ENTRY = ("on_conflict", "pyramiding")
_FILLS = ("limit_fill", "participation")


def canonical_document(plan: Plan) -> dict[str, Any]:
    """Return `plan` as a document with every default written out and every parameter resolved.

    Two documents that decide alike in the same words (whatever their spelling, labels, parameters,
    market, unselected conditions) give equal results; reading the result gives a plan that decides alike.
    """
    place = plan.market.to_dict()
    # The market is what a document says about itself: any prices may be given, and W_MARKET tells.
    place.pop("market", None)
    entry, fills = _entry(plan), _named(plan.rules, _FILLS)
    return {
        "marketContext": {**place, "direction": plan.direction.capitalize()},
        "decisionBlocks": [_block(role, plan.nodes[role]) for role in ROLES if role in plan.nodes],
        **({"entry": entry} if entry else {}),
        "exit": _exit(plan),
        **({"fills": fills} if fills else {}),
        "quickTest": plan.market.quick_test,
    }


def _named(rules: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {camel(name): rules[name] for name in names if name in rules}


def _entry(plan: Plan) -> dict[str, Any]:
    """Return how entries are ordered; market orders, one at a time, decide nothing more."""
    section = _named(plan.rules, _ENTRY)
    if "entry" not in plan.rules:
        return section
    order: dict[str, Any] = plan.rules["entry"]
    lifetime = "forever" if order["lifetime"] is None else order["lifetime"]
    placed = _placed(order, plan, "entry_{}".format)
    return {**placed, "kind": camel(order["kind"]), "lifetime": lifetime, **section}


def _exit(plan: Plan) -> dict[str, Any]:
    elsewhere = {"direction", "entry", *_ENTRY, *_FILLS}
    section = {name: value for name, value in plan.rules.items() if name not in elsewhere}
    for name, column in (("stop_loss", "stop_{}"), ("trailing", "trail_{}")):
        if isinstance(section.get(name), dict):
            section[name] = _placed(section[name], plan, column.format)
    if "take_profit" in section:
        section["take_profit"] = _targets(section["take_profit"], plan)
    return {camel(name): value for name, value in section.items()}


def _targets(targets: Any, plan: Plan) -> Any:
    if not isinstance(targets, list):
        return _placed(targets, plan, lambda side: target_name(0, side))
    return [
        _placed(target, plan, lambda side, number=number: target_name(number, side))
        for number, target in enumerate(cast("list[dict[str, Any]]", targets))
    ]


def _placed(level: dict[str, Any], plan: Plan, name: Callable[[str], str]) -> dict[str, Any]:
    """Return a level, with its operands spelt out where it stands at prices of the document's own."""
    if level["unit"] != "column":
        return level
    prices = {side: plan.prices[name(side)] for side in SIDES if name(side) in plan.prices}
    others = {key: value for key, value in level.items() if key != "unit"}
    return {**{side: _operand(price.operand) for side, price in prices.items()}, **others}


def _block(role: str, node: Node) -> dict[str, Any]:
    group = node if isinstance(node, Group) else Group("all", (node,))
    return {"role": camel(role), **_group(group)}


def _node(node: Node) -> dict[str, Any]:
    return _group(node) if isinstance(node, Group) else _condition(node)


def _group(group: Group) -> dict[str, Any]:
    match = {"atLeast": group.count} if group.match == "at_least" else group.match
    return {"match": match, "subConfirmations": [_node(member) for member in group.members]}


def _condition(condition: Condition) -> dict[str, Any]:
    config: dict[str, Any] = {"operator": condition.operator}
    values = [_operand(operand) for operand in condition.right]
    if values:
        config["value"] = values if len(values) > 1 else values[0]
    if condition.within_last > 1:
        config["withinLast"] = condition.within_last
    if condition.for_last > 1:
        config["forLast"] = condition.for_last
    return {"operand": _operand(condition.left), "config": config}


def _operand(operand: Operand) -> Any:
    match operand:
        case Constant():
            return operand.value
        case StateValue():
            return operand.name
        case Percentage():
            return {"percent": operand.percent, "of": _operand(operand.of)}
        case PriceColumn():
            return {"price": operand.field, **_place(operand)}
        case ModuleColumn():
            parameters = operand.params.model_dump(mode="json")
            named = {"module": operand.module, "parameters": parameters, "output": operand.output}
            return {**named, **_place(operand)}


def _place(operand: PriceColumn | ModuleColumn) -> dict[str, Any]:
    place: dict[str, Any] = {} if operand.timeframe is None else {"timeframe": str(operand.timeframe)}
    return {**place, "shift": operand.shift} if operand.shift else place
