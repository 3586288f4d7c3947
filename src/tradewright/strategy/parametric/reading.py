"""One compiled plan taken apart: its shape, and the numbers that stand in it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, cast

from tradewright.strategy.document.market import MarketContext
from tradewright.strategy.document.reader import Document
from tradewright.strategy.parametric.bound import Branch, RulePath, Tree
from tradewright.strategy.parametric.operand_numbers import frame_of, numbers_of
from tradewright.strategy.plan import Condition, Constant, Node, Operand, Plan, Role, conditions

_RANGES = ("between", "outside")


@dataclass(frozen=True, slots=True)
class OperandForm:
    """An operand without its numbers, which are `count` from number `first` on."""

    frame: Hashable
    first: int
    count: int

    @property
    def numbers(self) -> range:
        """The numbers that stand in it."""
        return range(self.first, self.first + self.count)


@dataclass(frozen=True, slots=True)
class PlaceForm:
    """A condition: `operands` are positions among the forms, the lookbacks positions among the numbers."""

    operator: str
    operands: tuple[int, ...]
    within_last: int
    for_last: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything about a plan but its numbers; plans with equal layouts differ in numbers only.

    `ranges` are the numbers that stand as low and high ends of one condition of the document, and
    `rule_frame` the rules without their numbers, which `rule_numbers` find.
    """

    places: tuple[PlaceForm, ...]
    roles: tuple[tuple[Role, Tree], ...]
    prices: tuple[tuple[str, int], ...]
    forms: tuple[OperandForm, ...]
    ranges: tuple[tuple[int, int], ...]
    rule_frame: Hashable
    rule_numbers: tuple[tuple[RulePath, int], ...]
    market: MarketContext
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A document compiled for one value of each parameter; `operands` go with ``layout.forms``."""

    layout: Layout
    numbers: tuple[float, ...]
    operands: tuple[Operand, ...]
    rules: Mapping[str, Any]


def taken_apart(document: Document, plan: Plan) -> Reading:
    """Take a plan apart, together with what `document` says for sides that the plan leaves out.

    That is read and checked in every run, so it has to be in every row, too.
    """
    parts = _Parts()
    roles: tuple[tuple[Role, Tree], ...] = tuple(
        (role, parts.tree(node)) for role, node in plan.nodes.items()
    )
    prices = tuple((name, parts.operand(price.operand)) for name, price in plan.prices.items())
    ranges = parts.only_read(document)
    rule_frame = parts.rules(plan.rules, ())
    layout = Layout(
        places=tuple(parts.places),
        roles=roles,
        prices=prices,
        forms=tuple(parts.forms),
        ranges=ranges,
        rule_frame=rule_frame,
        rule_numbers=tuple(parts.rule_numbers),
        market=plan.market,
        warnings=plan.warnings,
    )
    return Reading(layout, tuple(parts.numbers), tuple(parts.operands), plan.rules)


@dataclass(slots=True)
class _Parts:
    """What has been found so far, always in the same order."""

    numbers: list[float] = field(default_factory=list[float])
    operands: list[Operand] = field(default_factory=list[Operand])
    forms: list[OperandForm] = field(default_factory=list[OperandForm])
    places: list[PlaceForm] = field(default_factory=list[PlaceForm])
    rule_numbers: list[tuple[RulePath, int]] = field(default_factory=list[tuple[RulePath, int]])

    def tree(self, node: Node) -> Tree:
        """Take in a tree of conditions."""
        if isinstance(node, Condition):
            return self._place(node)
        return Branch(node.match, tuple(self.tree(member) for member in node.members), node.count)

    def operand(self, operand: Operand) -> int:
        """Take in an operand; return its position."""
        numbers = numbers_of(operand)
        self.forms.append(OperandForm(frame_of(operand), len(self.numbers), len(numbers)))
        self.operands.append(operand)
        self.numbers += numbers
        return len(self.forms) - 1

    def only_read(self, document: Document) -> tuple[tuple[int, int], ...]:
        """Take in the operands as the document has them; return the ends of its ranges."""
        found: list[tuple[int, int]] = []
        for condition in chain.from_iterable(conditions(block.node) for block in document.blocks):
            _, *right = (self.operand(operand) for operand in (condition.left, *condition.right))
            if condition.operator in _RANGES and all(isinstance(end, Constant) for end in condition.right):
                low, high = (self.forms[end].first for end in right)
                found.append((low, high))
        for price in document.prices.values():
            self.operand(price.operand)
        return tuple(found)

    def rules(self, value: Any, path: RulePath) -> Hashable:
        """Take in the numbers of rules; return the rest."""
        if isinstance(value, Mapping):
            items = cast("Mapping[str, Any]", value).items()
            return tuple((key, self.rules(inner, (*path, key))) for key, inner in items)
        if isinstance(value, list | tuple):
            inside = enumerate(cast("Sequence[Any]", value))
            return tuple(self.rules(inner, (*path, position)) for position, inner in inside)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return cast("Hashable", value)
        self.rule_numbers.append((path, self._number(value)))
        return float

    def _place(self, condition: Condition) -> int:
        operands = tuple(self.operand(operand) for operand in (condition.left, *condition.right))
        lookbacks = self._number(condition.within_last), self._number(condition.for_last)
        self.places.append(PlaceForm(condition.operator, operands, *lookbacks))
        return len(self.places) - 1

    def _number(self, number: float) -> int:
        self.numbers.append(number)
        return len(self.numbers) - 1
