"""Random documents over random columns with gaps and ties, against a plain reading of the contract.

The evaluator here knows only engine.md 2.2 to 2.4 and works on the document's own words, one bar at a
time; None is unknown.
"""

import math
from typing import Any, ClassVar

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tradewright.core.timeframe import Timeframe
from tradewright.kernels.truth import FALSE, TRUE, UNKNOWN
from tradewright.strategy.canonical import canonical_document
from tradewright.strategy.columns import Columns
from tradewright.strategy.document_strategy import DocumentStrategy
from tradewright.strategy.evaluation import Evaluation

TOLERANCE = 1e-11
FIELDS = ("open", "high", "low", "close", "volume")
COMPARISONS = (">", ">=", "<", "<=", "==", "!=")
CROSSES = ("crosses_above", "crosses_below")
# Values that tie exactly, tie within the tolerance, and do not tie although they nearly do.
VALUES = [1.0, 1.0 + 1e-12, 1.0 + 1e-10, 2.0, 2.0 - 1e-12, 2.0 * 1.01, 0.0, -1.0, math.nan]


class Series:
    """Columns that may have gaps, which real bars may not, in the shape the columns are read from."""

    timeframe = Timeframe(1, "h")
    notes: ClassVar[dict[str, int]] = {}

    def __init__(self, columns: dict[str, np.ndarray]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return self.columns["open"].size

    def column(self, name: str) -> np.ndarray:
        return self.columns[name]


# ------------------------------------------------------------------ the plain reading


def equal(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def above(a: float, b: float) -> bool:
    return a > b and not equal(a, b)


def compare(operator: str, a: float, b: float) -> bool:
    return {
        ">": above(a, b),
        ">=": above(a, b) or equal(a, b),
        "<": above(b, a),
        "<=": above(b, a) or equal(a, b),
        "==": equal(a, b),
        "!=": not equal(a, b),
    }[operator]


def value_of(operand: Any, series: Series, bar: int) -> float:
    if isinstance(operand, int | float):
        return float(operand)
    if "constant" in operand:
        return operand["constant"]
    if "percent" in operand:
        return value_of(operand["of"], series, bar) * (operand["percent"] / 100)
    at = bar - operand.get("shift", 0)
    return float(series.column(operand["price"])[at]) if at >= 0 else math.nan


def at_bar(condition: dict[str, Any], series: Series, bar: int) -> bool | None:
    """Return a comparison at one bar, without lookbacks; unknown when any of its values is."""
    config, left = condition["config"], condition["operand"]
    operator, right = config["operator"], config.get("value")
    others = {"between": right, "outside": right, "rising": [], "falling": []}.get(operator, [right])
    now = [value_of(operand, series, bar) for operand in (left, *others)]
    before = [value_of(operand, series, bar - 1) if bar else math.nan for operand in (left, *others)]
    looks_back = operator in {*CROSSES, "rising", "falling"}
    if any(map(math.isnan, now + before if looks_back else now)):
        return None
    return {
        "rising": lambda: above(now[0], before[0]),
        "falling": lambda: above(before[0], now[0]),
        "crosses_above": lambda: above(now[0], now[1]) and not above(before[0], before[1]),
        "crosses_below": lambda: above(now[1], now[0]) and not above(before[1], before[0]),
        "between": lambda: not above(now[1], now[0]) and not above(now[0], now[2]),
        "outside": lambda: above(now[1], now[0]) or above(now[0], now[2]),
    }.get(operator, lambda: compare(operator, now[0], now[1]))()


def held(condition: dict[str, Any], series: Series, bar: int) -> bool | None:
    """Return a comparison with ``forLast``: unknown unless all bars are known."""
    n = condition["config"].get("forLast", 1)
    seen = [at_bar(condition, series, i) if i >= 0 else None for i in range(bar - n + 1, bar + 1)]
    return None if None in seen else all(seen)


def either(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def decide(node: dict[str, Any], series: Series, bar: int) -> bool | None:
    if "config" in node:
        n = node["config"].get("withinLast", 1)
        return either([held(node, series, i) if i >= 0 else None for i in range(bar - n + 1, bar + 1)])
    values = [decide(member, series, bar) for member in node["subConfirmations"]]
    match = node.get("match", "all")
    if match == "all":
        return False if False in values else None if None in values else True
    if match == "any":
        return either(values)
    if match == "none":
        return None if either(values) is None else not either(values)
    k = match["atLeast"]
    if values.count(True) >= k:
        return True
    return None if values.count(True) + values.count(None) >= k else False


# ------------------------------------------------------------------ random documents

prices = st.builds(
    lambda name, shift: {"price": name, **({"shift": shift} if shift else {})},
    st.sampled_from(FIELDS),
    st.sampled_from([0, 0, 0, 1, 3]),
)
moving = prices | st.builds(
    lambda p, of: {"percent": p, "of": of}, st.sampled_from([50.0, 101.0, 100.0]), prices
)
numbers = st.sampled_from([0.0, 1.0, 2.0, -1.0, 1.0 + 1e-12])
operands = moving | numbers | st.builds(lambda n: {"constant": n}, numbers)
lookbacks = st.fixed_dictionaries(
    {}, optional={"withinLast": st.integers(1, 4), "forLast": st.integers(1, 4)}
)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from([*COMPARISONS, *CROSSES, "between", "outside", "rising", "falling"]))
    config: dict[str, Any] = {"operator": kind, **draw(lookbacks)}
    if kind in {"between", "outside"}:
        ends = draw(st.tuples(operands, operands))
        fixed = [end["constant"] if isinstance(end, dict) and "constant" in end else end for end in ends]
        if all(isinstance(end, float) for end in fixed):
            ends = tuple(sorted(fixed))
        config["value"] = list(ends)
    elif kind not in {"rising", "falling"}:
        config["value"] = draw(operands)
    return {"operand": draw(moving), "config": config}


@st.composite
def groups(draw: st.DrawFn, members: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    chosen = draw(st.lists(members, min_size=1, max_size=4))
    match = draw(st.sampled_from(["all", "any", "none", "k"]))
    return {
        "match": {"atLeast": draw(st.integers(1, len(chosen)))} if match == "k" else match,
        "subConfirmations": chosen,
    }


nodes = st.recursive(conditions(), groups, max_leaves=6)


@st.composite
def series_of(draw: st.DrawFn) -> Series:
    n = draw(st.sampled_from([1, 2, 5, 16, 16]))
    columns = draw(
        st.lists(st.lists(st.sampled_from(VALUES), min_size=n, max_size=n), min_size=5, max_size=5)
    )
    return Series({name: np.array(column) for name, column in zip(FIELDS, columns, strict=True)})


@given(groups(nodes), series_of())
def test_document_decides_as_the_contract_reads(block: dict[str, Any], series: Series) -> None:
    plan = DocumentStrategy.read({"decisionBlocks": [block]}).plan
    run = Evaluation(Columns(series), TOLERANCE)

    found = run.decide(plan.nodes["long_entry"]).tolist()

    names = {True: TRUE, False: FALSE, None: UNKNOWN}
    assert found == [names[decide(block, series, bar)] for bar in range(len(series))]


@given(groups(nodes), series_of())
def test_canonical_document_decides_the_same(block: dict[str, Any], series: Series) -> None:
    plan = DocumentStrategy.read({"decisionBlocks": [block]}).plan
    again = DocumentStrategy.read(canonical_document(plan)).plan

    assert again.nodes == plan.nodes
    assert canonical_document(again) == canonical_document(plan)


@given(groups(nodes), series_of())
def test_deciding_leaves_the_columns_alone_and_shares_no_result(
    block: dict[str, Any], series: Series
) -> None:
    plan = DocumentStrategy.read({"decisionBlocks": [block, {**block, "match": "any"}]}).plan
    before = {name: column.copy() for name, column in series.columns.items()}
    run = Evaluation(Columns(series), TOLERANCE)
    alone = [
        Evaluation(Columns(series), TOLERANCE).decide(member) for member in plan.nodes["long_entry"].members
    ]

    run.decide(plan.nodes["long_entry"])

    for member, expected in zip(plan.nodes["long_entry"].members, alone, strict=True):
        assert np.array_equal(run.decide(member), expected)
    for name, column in before.items():
        assert np.array_equal(series.columns[name], column, equal_nan=True)
