"""Documents with parameters in many places, and the plan of one row put together again."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.documents import block, document, group, on, price, when
from tradewright.strategy.parametric.bound import BoundRows, Tree
from tradewright.strategy.plan import Condition, Group, Node

# Names by what they suit: counts, fractions (which rules take, too), and other numbers; with values that do
# in most places, and those that often are one too many.
NAMES = {"period": ("m", "n"), "few": ("j", "k"), "fraction": ("s", "t"), "number": ("x", "y", "z")}
USUAL = {
    "period": (2, 3, 5, 14, 20, 35),
    "few": (1, 2, 3),
    "fraction": (0.25, 0.3, 0.5, 0.7, 1.0, 0.0, 1),
    "number": (0.1, 0.3, 1.0, 2.0, 2.5, 30.0, 33.3, 66.7, 14, 35),
}
ODD = {
    "period": (0, 1, 100, 6000),
    "few": (-1, 0, 4, 20_000_000),
    "fraction": (-0.0, 1.5, 2.0),
    "number": (-1.5, 0, 0.0, 100.0, 150.0, 199.9, 250.0, 300.0),
}


def rebuilt(bound: BoundRows, at: int, values: Mapping[str, float]) -> dict[str, Any]:
    """Put together what `bound` says of the row that is its number `at`, which has these `values`."""
    rules = copy.deepcopy(dict(bound.rules))
    for path, axis in bound.rule_leaves.items():
        *way, last = path
        inside: Any = rules
        for step in way:
            inside = inside[step]
        assert last in inside if isinstance(inside, dict) else last < len(inside)
        inside[last] = values[axis]
    return {
        "nodes": {role: _node(bound, tree, at) for role, tree in bound.roles.items()},
        "prices": {name: bound.operands[numbers[at]] for name, numbers in bound.prices.items()},
        "rules": rules,
        "market": bound.market,
        "warnings": bound.warnings,
    }


def parts_of(plan: Any) -> dict[str, Any]:
    """Return a plan in the form of :func:`rebuilt`."""
    return {
        "nodes": dict(plan.nodes),
        "prices": {name: placed.operand for name, placed in plan.prices.items()},
        "rules": dict(plan.rules),
        "market": plan.market,
        "warnings": plan.warnings,
    }


def _node(bound: BoundRows, tree: Tree, at: int) -> Node:
    if not isinstance(tree, int):
        return Group(tree.match, tuple(_node(bound, member, at) for member in tree.members), tree.count)
    place = bound.places[tree]
    left, *right = (bound.operands[number] for number in place.operands[at])
    lookbacks = int(place.within_last[at]), int(place.for_last[at])
    return Condition(place.operator, left, tuple(right), *lookbacks)


# ------------------------------------------------------------------ drawn documents


class Drawing:
    """Draws a document in which any number may be a parameter."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.types: dict[str, str] = {}

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def number(self, *literals: float) -> Any:
        """Draw one of `literals`, or a parameter, which nearly always suits the place."""
        if self.pick(True, True, False):
            return self.pick(*literals)
        suits = "fraction" if max(literals) <= 1 else "number"
        if all(isinstance(literal, int) for literal in literals):
            suits = "period" if min(literals) >= 5 else "few"
        suits = self.pick(*[suits] * 30, *NAMES)
        name = self.pick(*NAMES[suits])
        self.types.setdefault(
            name, self.pick("int", "int", "float") if suits in {"period", "few"} else "float"
        )
        return {"parameter": name}

    def module(self) -> dict[str, Any]:
        return self.pick(
            lambda: {"module": "sma", "parameters": {"period": self.number(5, 20)}},
            lambda: {"module": "rsi", "parameters": {"period": self.number(14)}, "shift": self.number(0, 2)},
            lambda: {"module": "sma", "parameters": {"period": 20, "source": self.pick("high", "close")}},
            lambda: {
                "module": "macd",
                "output": self.pick("macd", "histogram"),
                "parameters": {"fast": self.number(12, 5), "slow": self.number(26, 35)},
            },
            lambda: {
                "module": "bollinger",
                "output": self.pick("lower", "middle", "upper"),
                "parameters": {"period": self.number(20), "deviations": self.number(2.0, 2.5)},
            },
            lambda: {"module": "adx", "output": self.pick("adx", "plus_di", "minus_di")},
        )()

    def moving(self) -> dict[str, Any]:
        """Draw an operand that is no number."""
        return self.pick(
            self.module,
            lambda: price(self.pick("high", "close", "open", "low"), shift=self.number(0, 1)),
            self.percentage,
        )()

    def percentage(self) -> dict[str, Any]:
        word = self.pick("percent", "percentAbove", "percentBelow")
        return {word: self.number(2.0, 0.3, 101.0), "of": self.moving()}

    def condition(self) -> dict[str, Any]:
        operator = self.pick("<", ">=", "crosses_above", "between", "rising")
        value: Any = None
        if operator in {"between", "outside"}:
            value = [self.number(-20.0, 2.0), self.number(70.0, 80.0)]
        elif operator != "rising":
            value = self.pick(lambda: self.number(30.0, 70.0), self.moving)()
        lookbacks: dict[str, Any] = {}
        if self.pick(False, True):
            lookbacks["withinLast"] = self.number(1, 3)
        if self.pick(False, False, True):
            lookbacks["for_last"] = self.number(1, 2)
        if self.pick(False, True):
            return on("rsi", operator, value, period=self.number(14, 9), **lookbacks)
        return when(self.moving(), operator, value, **lookbacks)

    def member(self, deep: int = 0) -> dict[str, Any]:
        if deep > 1 or self.pick(True, True, False):
            return self.condition()
        members = [self.member(deep + 1) for _ in range(self.pick(1, 2, 3))]
        match = self.pick("all", "any", "none", "k")
        return group({"atLeast": self.number(1, 2)} if match == "k" else match, *members)

    def level(self, *units: str) -> Any:
        """Draw a stop or a target."""
        unit = self.pick("percent", *units)
        period = {"period": self.number(14, 9)} if unit in {"atr", "chandelier"} else {}
        return self.pick(
            lambda: self.number(1.0, 3.0),
            lambda: {"value": self.number(1.0, 3.0), "unit": unit, **period},
            lambda: {"operand": {"percentBelow": self.number(2.0, 0.7), "of": price("low")}},
        )()

    def targets(self) -> Any:
        several = [
            {"value": self.number(1.0, 2.0), "unit": "percent", "share": self.number(0.25, 0.5, 1.0)}
            for _ in range(self.pick(1, 2))
        ]
        return self.pick(self.level("atr", "r"), several)

    def leaving(self) -> dict[str, Any]:
        trailing = self.pick(
            lambda: self.level("atr", "chandelier"),
            lambda: {"value": self.number(5.0), "after": self.number(0.0, 1.0)},
        )
        even = {"after": self.number(1.0, 2.0), "offset": self.number(0.0, 0.5)}
        sections = {
            "takeProfit": self.targets(),
            "stopLoss": self.level("atr"),
            "trailing": trailing(),
            "breakEven": self.pick(even, self.number(1.0)),
            "timeStop": self.number(10, 20),
            "onOpposite": "reverse",
        }
        return {name: section for name, section in sections.items() if self.pick(True, False)}

    def entering(self) -> dict[str, Any]:
        resting = {"kind": "limit", "offset": self.number(0.0, 0.5), "lifetime": self.number(1, 5)}
        own = {"kind": "stop", "operand": self.percentage() if self.pick(0, 0, 1) else price("high")}
        through = {"kind": "stopLimit", "offset": self.number(1.0), "through": self.number(0.0, 0.5)}
        return {**self.pick({}, resting, own, through), "pyramiding": self.number(0, 2)}

    def whole(self) -> dict[str, Any]:
        roles = self.pick(
            ["longEntry"],
            ["longEntry", "longExit"],
            ["longEntry", "longExit", "shortEntry"],
            ["longEntry", "filter"],
            ["shortEntry"],
        )
        blocks = [block(*[self.member() for _ in range(self.pick(1, 2))], role=role) for role in roles]
        sections: dict[str, Any] = {"exit": self.leaving()} if self.pick(True, True, False) else {}
        if self.pick(True, False, False):
            sections["entry"] = self.entering()
        if self.pick(True, False, False):
            sections["fills"] = {"participation": self.number(0.1, 0.5)}
        declared = {name: {"type": kind, "default": 1} for name, kind in self.types.items()}
        return document(*blocks, **sections, parameters=declared)


@st.composite
def parametric_documents(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Sequence[float]]]:
    """Draw a document with values for each of its parameters; not all combinations need be possible."""
    drawing = Drawing(draw)
    raw = drawing.whole()
    axes: dict[str, Sequence[float]] = {}
    for name in sorted(_used(raw)):
        suits = next(kind for kind, names in NAMES.items() if name in names)
        usual, odd = st.sampled_from(USUAL[suits]), st.sampled_from(ODD[suits])
        axes[name] = draw(
            st.lists(
                st.sampled_from([usual] * 9 + [odd]).flatmap(lambda some: some),
                min_size=draw(st.sampled_from([1, 3])),
                max_size=4,
            )
        )
    raw["parameters"] = {name: raw["parameters"][name] for name in axes}
    return raw, axes


def _used(raw: dict[str, Any]) -> set[str]:
    """Return the parameters that are still referred to; a choice may have dropped what was drawn."""
    text = repr({key: value for key, value in raw.items() if key != "parameters"})
    return {name for name in raw["parameters"] if f"{{'parameter': '{name}'}}" in text}


@st.composite
def drawn_indices(draw: st.DrawFn, axes: Mapping[str, Sequence[float]]) -> dict[str, np.ndarray]:
    """Draw rows: a grid of everything, or any."""
    if draw(st.sampled_from([True, True, False])):
        sizes = [len(values) for values in axes.values()]
        numbers = np.arange(int(np.prod(sizes)))[:30]
        return dict(zip(axes, np.unravel_index(numbers, sizes), strict=True)) if sizes else {}
    count = draw(st.integers(1, 12))
    return {
        name: np.array(draw(st.lists(st.integers(0, len(values) - 1), min_size=count, max_size=count)))
        for name, values in axes.items()
    }
