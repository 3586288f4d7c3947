"""A document bound for many rows: what is shared, what is refused, how often it is compiled."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.documents import block, document, entering, group, on, price, when
from tests.parametric import parts_of, rebuilt
from tradewright.core.errors import DocumentError, ParameterError
from tradewright.strategy.catalog import builtin_document
from tradewright.strategy.document_strategy import DocumentStrategy
from tradewright.strategy.parametric import document as room
from tradewright.strategy.parametric.document import ParametricDocument
from tradewright.strategy.parametric.operand_pool import OperandPool
from tradewright.strategy.plan import Constant

CROSS = builtin_document("ma_crossover")
PERIODS = list(range(2, 144))
INT, FLOAT = {"type": "int", "default": 2}, {"type": "float", "default": 1}


def named(name):
    return {"parameter": name}


def grid(axes):
    sizes = [len(values) for values in axes.values()]
    return dict(zip(axes, np.unravel_index(np.arange(np.prod(sizes)), sizes), strict=True))


def check(raw, axes, index, bound, direction=None):
    """Compare every row with its single run."""
    for rows in bound:
        for at, row in enumerate(rows.rows):
            values = {name: axes[name][index[name][row]] for name in axes}
            assert rebuilt(rows, at, values) == parts_of(DocumentStrategy.read(raw, values, direction).plan)


@pytest.fixture
def compiled(monkeypatch):
    """Return a list that grows by one with every document that is read."""
    found = []

    def counted(raw, given):
        found.append(given)
        return read(raw, given)

    read = room.read_document
    monkeypatch.setattr(room, "read_document", counted)
    return found


def test_ten_thousand_pairs_take_a_few_compilations_and_share_their_operands(compiled):
    first, second = np.triu_indices(142, 1)
    pairs = ParametricDocument(CROSS, {}, {"fast": PERIODS, "slow": PERIODS})

    (bound,) = pairs.bind({"fast": first, "slow": second})

    assert len(compiled) < 10
    assert len(bound.operands) == 142
    assert bound.places[0].operands.shape == (10_011, 2)
    periods = np.array([operand.params.period for operand in bound.operands])
    assert np.array_equal(periods[bound.places[0].operands], np.array(PERIODS)[np.stack([first, second], 1)])


def test_operands_are_the_same_objects_in_the_next_call():
    pairs = ParametricDocument(CROSS, {}, {"fast": [5, 6], "slow": [20, 21]})
    index = {"fast": np.array([0, 1]), "slow": np.array([1, 1])}

    (one,), (two,) = pairs.bind(index), pairs.bind(index)

    assert [id(operand) for operand in one.operands] == [id(operand) for operand in two.operands]


def test_constraints_are_handed_on_and_not_applied():
    pairs = ParametricDocument(CROSS, {}, {"fast": [50], "slow": [20]})

    assert [constraint.text for constraint in pairs.constraints] == ["fast < slow"]
    assert pairs.bind({"fast": np.array([0]), "slow": np.array([0])})[0].rows.tolist() == [0]


def test_axes_of_others_are_left_alone_and_a_document_without_axes_has_the_rows_of_the_index():
    plain = ParametricDocument(CROSS, {"fast": 7}, {})

    (bound,) = plain.bind({"fee": np.array([0, 1, 2])})

    assert bound.rows.tolist() == [0, 1, 2]
    assert {operand.params.period for operand in bound.operands} == {7, 50}
    assert plain.bind({})[0].rows.tolist() == [0]
    assert plain.bind({"fee": np.array([], np.int64)}) == []


def test_rules_say_which_axis_stands_where():
    raw = builtin_document("breakout_scalping")
    axes = {"stop": [0.5, 1.0], "target": [2.0, 3.0], "max_bars": [4, 9]}
    index = grid(axes)

    (bound,) = ParametricDocument(raw, {}, axes).bind(index)

    assert bound.rule_leaves == {
        ("stop_loss", "value"): "stop",
        ("take_profit", "value"): "target",
        ("time_stop",): "max_bars",
    }
    check(raw, axes, index, [bound])


def test_axes_that_go_together_in_the_first_rows_are_told_apart_all_the_same():
    raw = builtin_document("breakout_scalping")
    axes = {"stop": [1.0, 2.0, 3.0], "target": [1.0, 2.0, 3.0]}
    both = ParametricDocument(raw, {}, axes)

    for index in ({"stop": np.arange(3), "target": np.arange(3)}, grid(axes)):
        bound = both.bind(index)
        assert bound[0].rule_leaves[("stop_loss", "value")] == "stop"
        assert bound[0].rule_leaves[("take_profit", "value")] == "target"
        check(raw, axes, index, bound)


def test_mirrored_thresholds_and_percentages_follow_their_parameter():
    raw = entering(
        on("rsi", "<", named("line")),
        when(price("close"), "<", {"percentBelow": named("gap"), "of": price("open")}),
        parameters={"line": FLOAT, "gap": FLOAT},
    )
    axes = {"line": [0.1 * i for i in range(300, 420)], "gap": [0.1 * i for i in range(1, 80)]}
    index = {"line": np.arange(79), "gap": np.arange(79)}

    bound = ParametricDocument(raw, {}, axes, "both").bind(index)

    assert len(bound) == 1
    check(raw, axes, index, bound, "both")


def test_percentages_are_rounded_as_often_as_mirroring_does():
    raw = entering(
        when(price("close"), ">", {"percentAbove": named("gap"), "of": price("open")}),
        parameters={"gap": FLOAT},
    )
    # 200 - (100 + v) and 100 - v are the same at both ends, and not everywhere in between.
    axes = {"gap": [0.5, 30.1, 45.7, 64.5]}
    index = {"gap": np.arange(4)}
    assert [200 - (100 + v) == 100 - v for v in axes["gap"]] == [True, True, False, True]

    bound = ParametricDocument(raw, {}, axes, "both").bind(index)

    assert len(bound) == 1
    check(raw, axes, index, bound, "both")


def test_values_that_change_the_shape_make_templates_of_their_own():
    members = [on("rsi", "<", line) for line in (20, 30, 40)]
    raw = entering(
        group({"atLeast": named("k")}, *members),
        parameters={"k": INT, "after": FLOAT},
        exit={"trailing": {"value": 5, "after": named("after")}},
    )
    axes = {"k": [1, 2, 3], "after": [0.0, 1.0, 2.0]}
    index = grid(axes)

    bound = ParametricDocument(raw, {}, axes).bind(index)

    assert sorted(rows.rows.tolist() for rows in bound) == [[0], [1, 2], [3], [4, 5], [6], [7, 8]]
    check(raw, axes, index, bound)


def test_a_shape_that_nobody_foresaw_is_still_bound_rightly(monkeypatch):
    monkeypatch.setattr(room, "shaping_axes", lambda *_: {})
    raw = entering(
        on("rsi", "<", named("line")),
        parameters={"line": FLOAT, "added": INT},
        entry={"pyramiding": named("added")},
    )
    axes = {"line": [20, 30], "added": [0, 1, 2]}
    index = grid(axes)

    bound = ParametricDocument(raw, {}, axes).bind(index)

    assert sum(len(rows.rows) for rows in bound) == 6
    check(raw, axes, index, bound)


@pytest.mark.parametrize(
    ("raw", "axes"),
    [
        # Two parameters of one module that do not fit together, in the middle of the rows.
        (
            entering(on("macd", ">", 0, fast=named("a"), slow=named("b")), parameters={"a": INT, "b": INT}),
            {"a": [5, 20, 6], "b": [30, 10, 40]},
        ),
        # The same in a block for a side that is left out.
        (
            document(
                block(on("rsi", "<", 30), role="longEntry"),
                block(on("macd", ">", 0, fast=named("a"), slow=named("b")), role="shortEntry"),
                parameters={"a": INT, "b": INT},
            ),
            {"a": [5, 20, 6], "b": [30, 10, 40]},
        ),
        # A range whose ends have changed places.
        (
            entering(on("rsi", "between", [named("a"), named("b")]), parameters={"a": FLOAT, "b": FLOAT}),
            {"a": [10, 60, 20], "b": [70, 50, 80]},
        ),
        # A broken number where bars are counted.
        (
            entering(on("rsi", "<", 30, withinLast=named("a")), parameters={"a": FLOAT}),
            {"a": [1, 2.5, 4]},
        ),
        # Shares that are more than the whole.
        (
            entering(
                on("rsi", "<", 30),
                parameters={"a": FLOAT, "b": FLOAT},
                exit={"takeProfit": [{"value": 1, "share": named("a")}, {"value": 2, "share": named("b")}]},
            ),
            {"a": [0.5, 0.75, 0.25], "b": [0.5, 0.5, 0.25]},
        ),
    ],
)
def test_the_one_row_that_a_single_run_refuses_is_refused_alike(raw, axes):
    swept = ParametricDocument(raw, {}, axes)
    index = {name: np.arange(3) for name in axes}
    with pytest.raises(DocumentError) as single:
        DocumentStrategy.read(raw, {name: values[1] for name, values in axes.items()})

    with pytest.raises(DocumentError) as bound:
        swept.bind(index)

    assert bound.value.to_dict() == single.value.to_dict()
    possible = {name: np.array([0, 2]) for name in axes}
    check(raw, axes, possible, swept.bind(possible))


def test_a_parameter_both_fixed_and_swept_is_refused():
    with pytest.raises(ParameterError, match="'fast' of strategy 'ma_crossover' is both set to one value"):
        ParametricDocument(CROSS, {"fast": 5}, {"fast": [5, 6]})


def test_a_fixed_value_is_checked_before_anything_is_bound():
    with pytest.raises(ParameterError, match="parameter 'fast' of strategy 'ma_crossover' is 0"):
        ParametricDocument(CROSS, {"fast": 0}, {"slow": [50]})


def test_numbers_without_end_are_not_kept(monkeypatch):
    monkeypatch.setattr("tradewright.strategy.parametric.operand_pool._MOST_KEPT", 10)
    axes = {"fast": [2], "slow": PERIODS[1:]}
    swept = ParametricDocument(CROSS, {}, axes)
    for row in range(0, 141, 5):
        slow = np.arange(row, min(row + 5, 141))
        index = {"fast": 0 * slow, "slow": slow}
        check(CROSS, axes, index, swept.bind(index))

    assert len(swept._pool.operands) <= 20


def test_numbers_that_fit_no_table_are_found_one_by_one(monkeypatch):
    monkeypatch.setattr("tradewright.strategy.parametric.operand_pool._LARGEST_TABLE", 4)
    monkeypatch.setattr("tradewright.strategy.parametric.row_codes._LARGEST", 4)
    raw = builtin_document("bollinger_reversion")
    axes = {"period": [5, 20, 5], "deviations": [1.0, 2.0, 2.5]}
    index = grid(axes)

    bound = ParametricDocument(raw, {}, axes).bind(index)

    assert len(bound[0].operands) == 13
    check(raw, axes, index, bound)


def test_it_can_be_sent_to_another_process_and_used_by_threads():
    axes = {"fast": PERIODS, "slow": PERIODS}
    sent = pickle.loads(pickle.dumps(ParametricDocument(CROSS, {}, axes)))  # noqa: S301 - our own
    first, second = np.triu_indices(142, 1)
    pieces = [{"fast": first[i::8], "slow": second[i::8]} for i in range(8)]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(sent.bind, pieces))

    for piece, (bound,) in zip(pieces, found, strict=True):
        periods = np.array([operand.params.period for operand in bound.operands])
        assert np.array_equal(periods[bound.places[1].operands[:, 0]], np.array(PERIODS)[piece["fast"]])


def test_equal_operands_are_one():
    pool = OperandPool({})

    assert pool._number(Constant(1.0)) == pool._number(Constant(1.0)) != pool._number(Constant(2.0))
