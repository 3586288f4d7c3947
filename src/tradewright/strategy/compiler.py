"""From a document to a plan: which blocks stand for which side, mirrored where a side has none."""

from collections.abc import Iterable, Mapping
from typing import cast

from tradewright.core.errors import DocumentError
from tradewright.strategy.document.cursor import camel
from tradewright.strategy.document.reader import Block, Document
from tradewright.strategy.mirror import mirrored, mirrored_price
from tradewright.strategy.plan import Direction, Node, PlacedPrice, Plan, Role, combined

_Nodes = dict[Role, Node]
_SIDES = ("long", "short")


def compile_document(document: Document, direction: Direction | None = None) -> Plan:
    """Compile a document for `direction`, by default its own (long when it says none).

    Blocks without a role enter in the document's own direction. A side that is asked for but has no
    block mirrors the other side's. Blocks of one entry role, and filters, all have to hold; of several
    exit blocks any one is enough.

    Raises
    ------
    DocumentError
        When no block enters, or ``E_MIRROR`` when a condition has no mirror.
    """
    own = document.direction or "long"
    wanted = direction or own
    nodes = _by_role(document.blocks, "short_entry" if own == "short" else "long_entry")
    _check_entries(nodes)
    for side, other in (("long", "short"), ("short", "long")):
        if wanted in {side, "both"} and not _of(nodes, side):
            nodes |= {_role(other, side, role): mirrored(node) for role, node in _of(nodes, other).items()}
    used: _Nodes = {
        role: node
        for role, node in nodes.items()
        if wanted == "both" or not role.startswith(_excluded(wanted))
    }
    rules = dict(document.rules)
    if direction or document.direction:
        rules["direction"] = wanted
    warnings = (*document.warnings, *(_unused(document) if direction is None else ()))
    return Plan(used, rules, document.market, wanted, warnings, _prices(document.prices, wanted))


def _prices(given: Mapping[str, PlacedPrice], wanted: Direction) -> dict[str, PlacedPrice]:
    """Return the prices of the sides that are wanted, mirrored where one has none of its own."""
    whole = dict(given)
    for name, price in given.items():
        other = _other_side(name)
        if other not in given and not (wanted != "both" and _excluded(wanted) in other):
            whole[other] = mirrored_price(price)
    return {name: price for name, price in whole.items() if wanted == "both" or _excluded(wanted) not in name}


def _other_side(name: str) -> str:
    """Return the column of the other side: ``target_short_2`` for ``target_long_2``."""
    return name.replace("long", "short") if "long" in name else name.replace("short", "long")


def _by_role(blocks: Iterable[Block], default: Role) -> _Nodes:
    members: dict[Role, list[Node]] = {}
    for block in blocks:
        members.setdefault(block.role or default, []).append(block.node)
    return {
        role: combined("any" if role.endswith("exit") else "all", tuple(found))
        for role, found in members.items()
    }


def _of(nodes: _Nodes, side: str) -> _Nodes:
    return {role: node for role, node in nodes.items() if role.startswith(side)}


def _role(side: str, other: str, role: Role) -> Role:
    return cast("Role", role.replace(side, other))


def _excluded(direction: Direction) -> str:
    return "short" if direction == "long" else "long"


def _check_entries(nodes: _Nodes) -> None:
    """Every side that has blocks must have one that enters."""
    for side in _SIDES:
        if _of(nodes, side) and f"{side}_entry" not in nodes:
            raise DocumentError(
                "E_DOCUMENT",
                "decisionBlocks",
                f"there is a block with role '{side}Exit' but none that enters {side}.",
                fix=f"Add a block with role '{side}Entry'.",
            )
    if not any(_of(nodes, side) for side in _SIDES):
        raise DocumentError(
            "E_DOCUMENT",
            "decisionBlocks",
            "no selected block enters a position.",
            fix="Select one, or give it the role 'longEntry'.",
        )


def _unused(document: Document) -> Iterable[str]:
    """Warn about blocks for a side that the document's own direction excludes."""
    if document.direction in {None, "both"}:
        return
    for block in document.blocks:
        if block.role is not None and block.role.startswith(_excluded(cast("Direction", document.direction))):
            yield (
                f"W_UNUSED_BLOCK: {block.path} has the role '{camel(block.role)}', which direction "
                f"'{str(document.direction).capitalize()}' excludes."
            )
