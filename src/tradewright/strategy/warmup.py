"""How many leading bars of a series a plan can never decide on."""

from tradewright.core.bars import Bars
from tradewright.core.errors import DocumentError, InputError
from tradewright.strategy.columns import Columns
from tradewright.strategy.plan import Condition, Group, Node, Plan

_CROSSES = frozenset({"crosses_above", "crosses_below"})
_MOVES = frozenset({"rising", "falling"})


def warmup_of(plan: Plan, bars: Bars) -> int:
    """Return the first bar at which an entry could be true; it may lie after the last of `bars`.

    A lower bound: modules whose readings are rare may stay unknown for longer.

    Raises
    ------
    DocumentError
        ``E_TIMEFRAME`` for an operand whose timeframe `bars` do not add up to.
    """
    columns = Columns(bars)
    entries = [_first(node, columns) for role, node in plan.nodes.items() if role.endswith("entry")]
    held_back = _first(plan.nodes["filter"], columns) if "filter" in plan.nodes else 0
    return max(min(entries), held_back)


def _first(node: Node, columns: Columns) -> int:
    if isinstance(node, Condition):
        back = int(node.operator in _MOVES)
        try:
            known = max(columns.first_known(operand, back) for operand in (node.left, *node.right))
        except InputError as wrong:
            raise DocumentError(
                wrong.code, node.path, wrong.message, fix=wrong.fix, **wrong.details
            ) from wrong
        return known + (node.operator in _CROSSES) + node.for_last - 1
    return _first_of_group(node, columns)


def _first_of_group(group: Group, columns: Columns) -> int:
    firsts = sorted(_first(member, columns) for member in group.members)
    if group.match == "any":
        return firsts[0]
    return firsts[group.count - 1] if group.match == "at_least" else firsts[-1]
