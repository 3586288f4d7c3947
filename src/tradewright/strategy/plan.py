"""What a document compiles to: columns, condition trees over them, and the rules they run under."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tradewright.core.timeframe import Timeframe
from tradewright.modules.module import ModuleParams
from tradewright.strategy.document.market import MarketContext

Match = Literal["all", "any", "none", "at_least"]
Direction = Literal["long", "short", "both"]
DIRECTIONS: tuple[Direction, ...] = ("long", "short", "both")
Role = Literal["long_entry", "long_exit", "short_entry", "short_exit", "filter"]
Side = Literal["long", "short"]
ROLES: tuple[Role, ...] = ("long_entry", "long_exit", "short_entry", "short_exit", "filter")


@dataclass(frozen=True, slots=True)
class ModuleColumn:
    """One output of a module, on the run's bars or on a higher `timeframe`.

    `shift` counts bars back, on the timeframe's own bars.
    """

    module: str
    params: ModuleParams
    output: str
    timeframe: Timeframe | None = None
    shift: int = 0


@dataclass(frozen=True, slots=True)
class PriceColumn:
    """``open high low close`` or ``volume``."""

    field: str
    timeframe: Timeframe | None = None
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class StateValue:
    """A named state and its index in the output that it is compared with."""

    name: str
    index: int


@dataclass(frozen=True, slots=True)
class Percentage:
    """`percent` / 100 times another operand."""

    percent: float
    of: "Operand"


Operand = ModuleColumn | PriceColumn | Constant | StateValue | Percentage


@dataclass(frozen=True, slots=True)
class PlacedPrice:
    """An operand that is the price of a level or entry; `path` is where the document says it."""

    operand: Operand
    path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison per bar.

    `right` has no operand for ``rising`` and ``falling``, two for ``between`` and ``outside``, else one.
    `for_last` holds before `within_last` looks back over it; 1 is no lookback. `path` is where the
    document says it and takes no part in equality.
    """

    operator: str
    left: Operand
    right: tuple[Operand, ...] = ()
    within_last: int = 1
    for_last: int = 1
    path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups combined; `count` is the k of ``at_least``."""

    match: Match
    members: tuple["Node", ...]
    count: int = 0


Node = Condition | Group


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled document.

    Attributes
    ----------
    nodes
        Role -> condition tree, for the roles that are used.
    rules
        Overrides for ``engine.rules.Rules``, plain data.
    market
        Market, timeframe, session and window the document asks for.
    direction
        The sides it was compiled for.
    warnings
        What the reader of a result should know, ``CODE: sentence``.
    prices
        Column (``stop_long``, ``entry_short`` ...) -> the operand that fills it, for rules in ``column``.
    """

    nodes: Mapping[Role, Node]
    rules: Mapping[str, Any]
    market: MarketContext
    direction: Direction = "long"
    warnings: tuple[str, ...] = ()
    prices: Mapping[str, PlacedPrice] = field(default_factory=dict[str, PlacedPrice])

    @property
    def columns(self) -> tuple[Operand, ...]:
        """The distinct operands that have to be computed, in the order of first use."""
        found: dict[Operand, None] = {}
        for node in self.nodes.values():
            for condition in conditions(node):
                for operand in (condition.left, *condition.right):
                    found.setdefault(operand)
        for price in self.prices.values():
            found.setdefault(price.operand)
        return tuple(operand for operand in found if not isinstance(operand, Constant | StateValue))


def conditions(node: Node) -> Iterator[Condition]:
    """Walk every condition of a tree."""
    if isinstance(node, Condition):
        yield node
        return
    for member in node.members:
        yield from conditions(member)


def combined(match: Match, members: tuple[Node, ...], count: int = 0) -> Node:
    """Return a group in its simplest form: a group of one is its member, ``at_least`` n of n is ``all``."""
    if match == "at_least" and count in {1, len(members)}:
        match, count = ("any" if count == 1 else "all"), 0
    if match in {"all", "any"} and len(members) == 1:
        return members[0]
    return Group(match, members, count)
