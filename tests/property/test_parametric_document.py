"""Binding many rows at once against reading the document anew for each."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parametric import drawn_indices, parametric_documents, parts_of, rebuilt
from tradewright.core.errors import InputError
from tradewright.strategy.catalog import builtin_document, builtin_ids
from tradewright.strategy.document_strategy import DocumentStrategy
from tradewright.strategy.parametric.declared import without_constraints
from tradewright.strategy.parametric.document import ParametricDocument

directions = st.sampled_from([None, None, "long", "short", "both"])


def single(raw: dict[str, Any], values: dict[str, Any], direction: Any) -> Any:
    """Return the parts of the plan of one run, or the error it ends with."""
    try:
        return parts_of(DocumentStrategy.read(raw, values, direction).plan)
    except InputError as wrong:
        return str(wrong)


def expected_rows(raw: dict[str, Any], axes: Any, index: Any, direction: Any) -> list[tuple[Any, Any]]:
    count = len(next(iter(index.values()))) if index else 1
    rows = [{name: axes[name][index[name][row]] for name in axes} for row in range(count)]
    return [(values, single(raw, values, direction)) for values in rows]


def check(bound: Any, expected: list[tuple[Any, Any]]) -> None:
    """Compare every row with its single run."""
    seen: list[int] = []
    for rows in bound:
        assert list(rows.rows) == sorted(rows.rows)
        assert len(set(rows.operands)) == len(rows.operands)
        for at, row in enumerate(rows.rows):
            values, parts = expected[row]
            assert rebuilt(rows, at, values) == parts
            seen.append(int(row))
        named = [place.operands.ravel() for place in rows.places] + list(rows.prices.values())
        assert set(np.concatenate(named).tolist()) == set(range(len(rows.operands)))
    assert sorted(seen) == list(range(len(expected)))


def check_all(raw: dict[str, Any], axes: Any, index: Any, direction: Any, document: Any) -> None:
    """Bind all rows, and, where a single run refuses some, the others."""
    axes = {name: [value + 0 for value in values] for name, values in axes.items()}  # zero without a sign
    expected = expected_rows(raw, axes, index, direction)
    refused = {parts for _, parts in expected if isinstance(parts, str)}
    if refused:
        with pytest.raises(InputError) as caught:
            document.bind(index)
        assert str(caught.value) in refused
    possible = [row for row, (_, parts) in enumerate(expected) if not isinstance(parts, str)]
    if possible:
        left = {name: numbers[possible] for name, numbers in index.items()}
        check(document.bind(left), [expected[row] for row in possible])


@given(st.data(), parametric_documents(), directions)
def test_bound_rows_are_the_plans_of_single_runs(data: Any, drawn: Any, direction: Any) -> None:
    raw, axes = drawn
    document = ParametricDocument(raw, {}, axes, direction)

    for _ in range(2):  # what the first call found is used by the second
        check_all(raw, axes, data.draw(drawn_indices(axes)), direction, document)


@given(st.data(), parametric_documents(), directions)
def test_rows_are_bound_alike_in_pieces_and_after_a_refused_piece(
    data: Any, drawn: Any, direction: Any
) -> None:
    raw, axes = drawn
    document = ParametricDocument(raw, {}, axes, direction)
    index = data.draw(drawn_indices(axes))
    count = len(next(iter(index.values()))) if index else 1

    for row in range(min(count, 4)):
        piece = {name: numbers[row : row + 1] for name, numbers in index.items()}
        check_all(raw, axes, piece, direction, document)


@pytest.mark.parametrize("name", builtin_ids())
@settings(max_examples=max(20, settings().max_examples // 5))
@given(data=st.data(), direction=directions)
def test_built_in_strategies_are_bound_as_they_are_read(name: str, data: Any, direction: Any) -> None:
    raw = without_constraints(builtin_document(name))
    swept = [parameter for parameter in raw["parameters"] if data.draw(st.booleans())]
    axes = {parameter: data.draw(values_of(raw["parameters"][parameter])) for parameter in swept}
    fixed = {
        parameter: data.draw(values_of(raw["parameters"][parameter]))[0]
        for parameter in raw["parameters"]
        if parameter not in swept and data.draw(st.booleans())
    }
    document = ParametricDocument(raw, fixed, axes, direction)
    index = data.draw(drawn_indices(axes))

    for parameter, value in fixed.items():
        raw["parameters"][parameter]["default"] = value
    check_all(raw, axes, index, direction, document)


def values_of(declared: dict[str, Any]) -> st.SearchStrategy[list[float]]:
    """Draw values around the usual range of a parameter."""
    low, high, step = declared["sweep"]
    if declared["type"] == "int":
        return st.lists(st.integers(declared["min"], high), min_size=1, max_size=6)
    usual = st.sampled_from(np.arange(low, high + step / 2, step).tolist())
    return st.lists(usual | st.floats(declared["min"], high), min_size=1, max_size=6)
