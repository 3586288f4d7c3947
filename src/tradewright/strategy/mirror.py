"""The short side of a long condition, and the other way round, from what each output declares.

Prices and bands turn comparisons round (``>`` becomes ``<``, an upper band the lower one); readings
about a centre turn round and reflect their thresholds (RSI ``< 30`` becomes ``> 70``); states become
their opposites; a reading of one side becomes that of the other (+DI, -DI). What has no direction
(volume, ATR, ADX) has no mirror, and saying so is the only honest answer.
"""

from dataclasses import dataclass, replace
from typing import Literal, NoReturn

from tradewright.core.errors import DocumentError
from tradewright.modules.module import ModuleParams, Output
from tradewright.strategy.document.operands import output_of
from tradewright.strategy.plan import (
    Condition,
    Constant,
    Group,
    ModuleColumn,
    Node,
    Operand,
    Percentage,
    PlacedPrice,
    PriceColumn,
    StateValue,
)

_TURNED = {
    ">": "<", ">=": "<=", "<": ">", "<=": ">=",
    "crosses_above": "crosses_below", "crosses_below": "crosses_above",
    "rising": "falling", "falling": "rising",
}  # fmt: skip
_MIRRORED_PRICES = {"open": "open", "high": "low", "low": "high", "close": "close"}
_MIRRORED_SOURCES = {**_MIRRORED_PRICES, "hl2": "hl2", "hlc3": "hlc3", "ohlc4": "ohlc4"}
_Kind = Literal["price", "centred", "sided", "state"]
_KINDS: dict[str, _Kind] = {
    "negate": "centred", "price": "price", "swap": "price", "exchange": "sided", "states": "state",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scale:
    """What an operand measures, as far as mirroring cares; operands must agree to be compared."""

    kind: _Kind
    centre: float = 0.0


def mirrored(node: Node) -> Node:
    """Return `node` as the opposite side reads it.

    Raises
    ------
    DocumentError
        ``E_MIRROR`` where an output, or a comparison, has no mirror.
    """
    if isinstance(node, Group):
        return replace(node, members=tuple(mirrored(member) for member in node.members))
    try:
        return _turned(node)
    except _NoMirrorError as none:
        raise DocumentError(
            "E_MIRROR",
            node.path,
            f"{none}, so this condition cannot be turned round for the other side.",
            fix="Put it into a block with role 'filter', which serves both, "
            "or write the other side's blocks.",
        ) from None


def mirrored_price(price: PlacedPrice) -> PlacedPrice:
    """Return the price of a level as the opposite side has it: the last high for the last low.

    Raises
    ------
    DocumentError
        ``E_MIRROR`` where it has no mirror.
    """
    try:
        return replace(price, operand=_mirrored_column(price.operand))
    except _NoMirrorError as none:
        raise DocumentError(
            "E_MIRROR",
            price.path,
            f"{none}, so this price cannot be turned round for the other side.",
            fix="Give both in place of the operand: 'long' and 'short'.",
        ) from None


class _NoMirrorError(Exception):
    """Why something has no other side."""


def _turned(condition: Condition) -> Condition:
    scale = _scale(condition.left)
    left = _mirrored_column(condition.left)
    right = tuple(_mirrored_right(operand, scale, condition) for operand in condition.right)
    if scale.kind in {"sided", "state"}:
        return replace(condition, left=left, right=right)
    # Low and high ends change places.
    operator = _TURNED.get(condition.operator, condition.operator)
    return replace(condition, operator=operator, left=left, right=right[::-1])


def _scale(operand: Operand) -> _Scale:
    if isinstance(operand, Percentage):
        return _scale(operand.of)
    if isinstance(operand, PriceColumn) and operand.field in _MIRRORED_PRICES:
        return _Scale("price")
    if not isinstance(operand, ModuleColumn):
        return _refuse("volume has no short side")
    mirror = output_of(operand).mirror
    if mirror.kind == "none":
        return _refuse(f"{operand.module}.{operand.output} has no short side")
    return _Scale(_KINDS[mirror.kind], mirror.centre)


def _mirrored_right(operand: Operand, scale: _Scale, condition: Condition) -> Operand:
    if isinstance(operand, StateValue):
        return _opposite(operand, condition)
    if isinstance(operand, Constant):
        if scale.kind == "sided":
            return operand
        if scale.kind != "centred":
            return _refuse(f"a price compared with the fixed number {operand.value:g} has no short side")
        return Constant(2 * scale.centre - operand.value)
    if _scale(operand) != scale:
        return _refuse("the two sides mirror in different ways")
    return _mirrored_column(operand)


def _mirrored_column(operand: Operand) -> Operand:
    if isinstance(operand, PriceColumn):
        return replace(operand, field=_MIRRORED_PRICES[operand.field])
    if isinstance(operand, Percentage):
        return _mirrored_percentage(operand)
    if isinstance(operand, ModuleColumn):
        mirror = output_of(operand).mirror
        turned = replace(operand, params=_mirrored_source(operand))
        return replace(turned, output=mirror.other) if mirror.other else turned
    return operand


def _mirrored_source(operand: ModuleColumn) -> ModuleParams:
    """Turn a reading of highs into one of lows: what it is from the other side."""
    source = getattr(operand.params, "source", "close")
    if source not in _MIRRORED_SOURCES:
        _refuse(f"{operand.module} of {source} has no short side")
    mirrored_source = _MIRRORED_SOURCES[source]
    return (
        operand.params
        if mirrored_source == source
        else operand.params.model_copy(update={"source": mirrored_source})
    )


def _mirrored_percentage(operand: Percentage) -> Percentage:
    """Turn two percent above a price into two percent below it; a share of a reading stays a share."""
    scale = _scale(operand)
    of = _mirrored_column(operand.of)
    if scale in (_Scale("centred", 0.0), _Scale("sided")):
        return Percentage(operand.percent, of)
    if scale.kind != "price" or operand.percent >= 200:
        return _refuse(f"{operand.percent:g} % of this has no short side")
    return Percentage(200 - operand.percent, of)


def _opposite(state: StateValue, condition: Condition) -> StateValue:
    output = _state_output(condition)
    for one, other in output.mirror.pairs:
        if state.name in {one, other}:
            name = other if state.name == one else one
            return StateValue(name, output.states.index(name))
    return state


def _state_output(condition: Condition) -> Output:
    if not isinstance(condition.left, ModuleColumn):
        return _refuse("only a module's output has states")
    return output_of(condition.left)


def _refuse(why: str) -> NoReturn:
    raise _NoMirrorError(why)
