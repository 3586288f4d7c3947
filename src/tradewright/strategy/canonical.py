"""The one spelling of a plan: what decides and nothing else, itself a valid document."""

from typing import Any

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


def canonical_document(plan: Plan) -> dict[str, Any]:
    """Return `plan` as a document with every default written out and every parameter resolved.

    Two documents that decide alike in the same words (whatever their spelling, labels, parameters,
    market, unselected conditions) give equal results; reading the result gives a plan that decides alike.
    """
    place = plan.market.to_dict()
    # The market is what a document says about itself: any prices may be given, and W_MARKET tells.
    place.pop("market", None)
    exits = {camel(name): value for name, value in plan.rules.items() if name != "direction"}
    return {
        "marketContext": {**place, "direction": plan.direction.capitalize()},
        "decisionBlocks": [_block(role, plan.nodes[role]) for role in ROLES if role in plan.nodes],
        "exit": exits,
        "quickTest": plan.market.quick_test,
    }


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
