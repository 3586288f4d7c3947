"""Tables of rules: what is shared, what is refused, and the numbers that depend on each other."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import numpy as np
import pytest

from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.core.validation import build
from tradewright.engine import terms
from tradewright.engine.rules import Rules
from tradewright.engine.terms import COLUMN, NO_LEVEL, PERCENT, TERMS, terms_of
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.sweep import rule_rows
from tradewright.research.sweep.rule_rows import RuleRows, RuleTable

INSTRUMENT = Instrument("TEST", tick=0.25)
Axes = Mapping[str, Sequence[Any]]


def rows_of(
    axes: Axes, base: Mapping[str, Any] | None = None, instrument: Instrument = INSTRUMENT
) -> RuleRows:
    """Axes named by their places: ``stop_loss``, ``stop_loss.value``, ``take_profit.0.share``."""
    leaves = {
        tuple(int(step) if step.isdecimal() else step for step in name.split(".")): name for name in axes
    }
    return RuleRows(base or {}, leaves, axes, instrument)


def chosen(axes: Axes, combinations: Sequence[Sequence[int]]) -> dict[str, Any]:
    columns = np.array(combinations, np.int64).reshape(len(combinations), len(axes))
    return {name: columns[:, number] for number, name in enumerate(axes)}


def table_of(axes: Axes, base: Mapping[str, Any] | None = None) -> RuleTable:
    """Every combination."""
    everything = list(product(*(range(len(values)) for values in axes.values())))
    return rows_of(axes, base).table(chosen(axes, everything))


def single(rules: Mapping[str, Any]) -> Any:
    built = build(Rules, rules_in_plain(rules), kind="rule", owner="the backtest")
    return terms_of(built, INSTRUMENT)[0]


# --------------------------------------------------------------------------- the table


def test_equal_combinations_share_a_record() -> None:
    axes = {"stop_loss": [1.0, 2.0], "fee": [0.0, 0.001]}
    table = rows_of(axes).table(chosen(axes, [(1, 0), (0, 1), (1, 0), (1, 1), (0, 1)]))
    assert table.terms.dtype == TERMS
    assert len(table.terms) == 3
    assert table.which.dtype == np.int64
    assert table.terms["stop"][table.which].tolist() == [2, 1, 2, 2, 1]
    assert table.terms["fee"][table.which].tolist() == [0, 0.001, 0, 0.001, 0.001]


def test_rules_are_built_on_demand() -> None:
    axes = {"stop_loss": ["2%", None, "1.5atr(20)"], "sizing.value": [0.01, 0.02]}
    table = rows_of(axes, {"sizing": "equity:0.5"}).table(chosen(axes, [(2, 1), (1, 0)]))
    assert table.rules(int(table.which[0])) == Rules.model_validate(
        {
            "stop_loss": {"value": 1.5, "unit": "atr", "period": 20},
            "sizing": {"kind": "equity", "value": 0.02},
        }
    )
    assert table.rules(int(table.which[1])).stop_loss is None


def test_without_an_axis_there_is_one_combination() -> None:
    table = rows_of({}, {"stop_loss": "2%"}).table({})
    assert table.which.tolist() == [0]
    assert table.terms.tobytes() == single({"stop_loss": 2}).tobytes()


def test_axes_of_the_strategy_repeat_the_same_rules() -> None:
    rules = RuleRows({}, {}, {"fast": [5, 10]}, INSTRUMENT)
    table = rules.table({"fast": np.array([0, 1, 1], np.int64)})
    assert table.which.tolist() == [0, 0, 0]
    assert len(table.terms) == 1


def test_no_combinations_have_no_records() -> None:
    axes = {"stop_loss": [1.0, 2.0]}
    table = rows_of(axes).table(chosen(axes, []))
    assert len(table.terms) == len(table.which) == 0


def test_an_axis_may_stand_in_several_places() -> None:
    leaves = {("stop_loss", "value"): "width", ("take_profit", "value"): "width"}
    table = RuleRows({}, leaves, {"width": [1.0, 2.0, 3.0]}, INSTRUMENT).table({"width": np.arange(3)})
    assert table.terms["stop"].tolist() == table.terms["target"][:, 0].tolist() == [1, 2, 3]


def test_numpy_values_are_taken_as_numbers() -> None:
    axes = {"time_stop": list(np.arange(1, 4)), "fee": list(np.linspace(0, 0.002, 3))}
    table = table_of(axes)
    assert sorted(set(table.terms["time_stop"].tolist())) == [1, 2, 3]


def test_more_combinations_than_a_number_holds_are_told_apart() -> None:
    values = (0.5 + np.arange(2**16) / 1e6).tolist()
    axes = dict.fromkeys(["cash", "fee", "slippage", "stop_loss", "take_profit"], values)
    index = {name: np.full(4, 7) for name in axes} | {"cash": np.array([9, 0, 9, 5])}
    table = rows_of(axes).table(index)
    assert len(table.terms) == 3
    assert table.terms["cash"][table.which].tolist() == [values[at] for at in index["cash"]]


def test_pieces_of_several_threads_mean_the_same_columns() -> None:
    axes = {"stop_loss": [f"1atr({period})" for period in range(2, 40)], "fee": [0.0, 0.001]}
    rules = rows_of(axes)
    pieces = [chosen(axes, [(at, at % 2), (37 - at, 1)]) for at in range(38)]
    with ThreadPoolExecutor(4) as pool:
        tables = list(pool.map(rules.table, pieces))
    for at, table in enumerate(tables):
        rows = table.terms["stop_row"][table.which, 0]
        assert [table.names[row] for row in rows] == [
            f"atr_stop atr:{period + 2}" for period in (at, 37 - at)
        ]


# --------------------------------------------------------------------------- columns


def test_rows_of_columns_mean_one_list_of_names_that_only_grows() -> None:
    axes = {"stop_loss": ["1atr(5)", "column", "1atr(9)", "2%"], "direction": ["long", "both"]}
    rules = rows_of(axes, {"sizing": "atr:0.01(9)"})
    earlier = rules.table(chosen(axes, [(0, 0)]))
    assert earlier.names == ("atr:9", "atr_stop atr:5")
    later = rules.table(chosen(axes, [(1, 1), (0, 0), (2, 0), (3, 1)]))
    assert later.names[:2] == earlier.names
    named = [[None if row < 0 else later.names[row] for row in rows] for rows in later.terms["stop_row"]]
    assert [named[at] for at in later.which] == [
        ["stop_long", "stop_short"],
        ["atr_stop atr:5"] * 2,
        ["atr_stop atr:9"] * 2,
        [None, None],
    ]
    assert {later.names[row] for row in later.terms["size_row"]} == {"atr:9"}


def test_periods_are_the_rows_of_their_columns() -> None:
    axes = {"stop_loss.period": list(range(5, 25)), "stop_loss.value": [1.0, 2.0]}
    table = table_of(axes, {"stop_loss": "1atr"})
    names = [table.names[row] for row in table.terms["stop_row"][table.which, 0]]
    assert names == [f"atr_stop atr:{period}" for period in range(5, 25) for _ in range(2)]


# --------------------------------------------------------------------------- numbers


def test_many_numbers_are_held_as_they_are() -> None:
    values = np.random.default_rng(1).uniform(0.1, 50, 200).tolist()
    table = table_of({"stop_loss": values, "slippage_ticks": [0.5, 1.0, 3.0]})
    assert sorted(set(table.terms["stop"].tolist())) == sorted(values)
    assert sorted(set(table.terms["slippage_price"].tolist())) == [0.125, 0.25, 0.75]


def test_ends_that_come_later_are_tried_too() -> None:
    axes = {"take_profit": [2.0, 3.0, 4.0, -1.0]}
    rules = rows_of(axes)
    assert rules.table(chosen(axes, [(0,), (1,)])).terms["target"][:, 0].tolist() == [2, 3]
    assert rules.table(chosen(axes, [(2,)])).terms["target"][:, 0].tolist() == [4]
    with pytest.raises(ParameterError, match="should be greater than 0"):
        rules.table(chosen(axes, [(1,), (3,)]))


@pytest.mark.parametrize(("place", "base"), [("time_stop", {}), ("stop_loss.period", {"stop_loss": 2})])
@pytest.mark.parametrize("position", range(0, 20, 3))
def test_a_fraction_among_whole_numbers_is_refused_wherever_it_stands(
    place: str, base: dict[str, Any], position: int
) -> None:
    values = [float(number) for number in range(1, 21)]
    values[position] += 0.5
    with pytest.raises(ParameterError, match="fractional part"):
        table_of({place: values}, base)


@pytest.mark.parametrize("costs", [[1.0, 0.0], [1, 0], [1, 0.0], [1.0, 0]])
def test_zero_decides_what_all_costs_together_are(costs: list[float]) -> None:
    """The one combination without a fee of its kind is neither the first one nor the farthest from it."""
    axes = {"fee_per_order": costs, "fee_minimum": costs, "cash": [1e3, 1e4]}
    table = rows_of(axes).table(chosen(axes, [(0, 0, 0), (0, 1, 1), (1, 1, 0)]))
    assert table.terms["plain_fee"][table.which].tolist() == [False, False, True]


def test_a_trailing_stop_that_starts_at_once_measures_the_risk() -> None:
    axes = {"trailing.after": [0.0, 1.0], "sizing": ["all-in", "risk:0.01"], "fee": [0.0, 0.001]}
    rules = rows_of(axes, {"trailing": "2%"})
    assert len(rules.table(chosen(axes, [(0, 1, 0), (1, 0, 0), (0, 0, 1)])).terms) == 3
    with pytest.raises(ParameterError, match="risk sizing needs a stop_loss or trailing"):
        rules.table(chosen(axes, [(0, 1, 1), (1, 0, 1), (1, 1, 0)]))


def test_shares_of_targets_are_added_up() -> None:
    """The pair that is too much is neither the first combination nor the farthest from it."""
    axes = {"take_profit.0.share": [0.2, 0.5, 0.8], "take_profit.1.share": [0.2, 0.8], "cash": [1e3, 1e4]}
    base = {"take_profit": "2%:0.5, 4%:0.5"}
    allowed = [(0, 0, 0), (1, 0, 1), (2, 0, 0), (0, 1, 0)]
    table = rows_of(axes, base).table(chosen(axes, allowed))
    assert table.terms["target_share"][table.which, :2].tolist() == [
        [0.2, 0.2],
        [0.5, 0.2],
        [0.8, 0.2],
        [0.2, 0.8],
    ]
    with pytest.raises(ParameterError, match="the shares of take_profit add up to more than 1"):
        rows_of(axes, base).table(chosen(axes, [*allowed, (2, 1, 0)]))


def test_axes_found_to_depend_on_each_other_are_built_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of a later day may join numbers: then what is slow must still be right."""

    def joined(rules: Rules, instrument: Instrument) -> Any:
        record, names = terms.terms_of(rules, instrument)
        record["impact"] = float(rules.fee > 0.0015 and rules.slippage > 0.0015)
        record["lot"] = max(rules.cash, rules.leverage)
        return record, names

    monkeypatch.setattr(rule_rows, "terms_of", joined)
    table = table_of({"fee": [0.001, 0.002], "slippage": [0.001, 0.002]})
    assert table.terms["impact"][table.which].tolist() == [0, 0, 0, 1]
    table = table_of({"cash": [1.0, 5.0], "leverage": [1.0, 9.0, 3.0]})
    assert table.terms["lot"][table.which].tolist() == [1, 9, 3, 5, 9, 5]


# --------------------------------------------------------------------------- structures


def test_none_and_words_make_other_structures() -> None:
    axes = {"stop_loss": [None, 2.0, "3%", "column"], "direction": ["long", "short"]}
    table = table_of(axes)
    units = table.terms["stop_unit"][table.which].reshape(4, 2)
    assert units[:, 0].tolist() == units[:, 1].tolist() == [NO_LEVEL, PERCENT, PERCENT, COLUMN]
    assert table.terms["stop"][table.which].reshape(4, 2)[:, 1].tolist() == [0, 2, 3, 1]


def test_words_of_one_form_are_combined_with_each_other() -> None:
    stops, targets = [f"{n}atr" for n in range(1, 8)], [f"{n}%:0.5,{2 * n}%:0.5" for n in range(1, 8)]
    table = table_of({"stop_loss": stops, "take_profit": targets})
    for at, (stop, target) in enumerate(product(stops, targets)):
        expected = single({"stop_loss": stop, "take_profit": target})
        found = table.terms[table.which[at]]
        assert found["stop"] == expected["stop"][0]
        assert found["target"].tolist() == expected["target"][0].tolist()


@pytest.mark.parametrize(
    ("base", "axis", "rules"),
    [
        ({"sizing": "risk:0.01", "stop_loss": 2}, "sizing.value", {"sizing": "risk:0.5", "stop_loss": 2}),
        ({"stop_loss": 2}, "stop_loss.value", {"stop_loss": 0.5}),
        ({}, "stop_loss.value", {"stop_loss": 0.5}),
        ({"stop_loss": "2atr(5)"}, "stop_loss.value", {"stop_loss": "0.5atr(5)"}),
        ({"break_even": 3}, "break_even.after", {"break_even": 0.5}),
        ({"entry": "limit"}, "entry.offset", {"entry": "limit:0.5%"}),
        ({"take_profit": "2%"}, "take_profit.0.share", {"take_profit": "2%:0.5"}),
        (
            {"sizing": Rules.model_validate({"sizing": "kelly:0.2"}).sizing},
            "sizing.value",
            {"sizing": "kelly:0.5"},
        ),
    ],
)
def test_a_part_of_a_rule_however_it_was_written(
    base: dict[str, Any], axis: str, rules: dict[str, Any]
) -> None:
    assert table_of({axis: [0.5]}, base).terms.tobytes() == single(rules).tobytes()


# --------------------------------------------------------------------------- errors


def test_an_invalid_value_is_refused_as_in_a_single_run_and_its_combination_named() -> None:
    axes = {"stop_loss": [50.0, 100.0], "direction": ["short", "long"]}
    with pytest.raises(ParameterError) as caught:
        table_of(axes)
    assert caught.value.message == (
        "rules of the sweep: a stop_loss of 100 % or more below the entry can never be reached. "
        "The combination is stop_loss=100.0, direction='long'."
    )
    assert caught.value.details["axes"] == {"stop_loss": 100.0, "direction": "long"}
    assert str(caught.value).startswith("E_PARAMETER: rules of the sweep")


def test_what_no_combination_holds_is_not_refused() -> None:
    axes = {"stop_loss": [50.0, 100.0], "direction": ["short", "long"], "fee": [0.001, 2.0]}
    table = rows_of(axes).table(chosen(axes, [(0, 1, 0), (1, 0, 0)]))
    assert table.terms["stop"][table.which].tolist() == [50, 100]


def test_ticks_need_an_instrument_with_ticks() -> None:
    axes = {"slippage_ticks": [0.0, 1.0]}
    rules = rows_of(axes, instrument=Instrument("NONE"))
    assert len(rules.table(chosen(axes, [(0,)])).terms) == 1
    with pytest.raises(
        InputError, match=r"NONE has no tick\. The combination is slippage_ticks=1\.0"
    ) as caught:
        rules.table(chosen(axes, [(0,), (1,)]))
    assert caught.value.code == "E_NO_TICK"


def test_a_part_with_an_unknown_name_keeps_its_error() -> None:
    with pytest.raises(UnknownNameError, match="unknown rule 'perod' in stop_loss of the sweep") as caught:
        table_of({"stop_loss": [2.0, {"value": 2.0, "perod": 5}]})
    assert caught.value.details["nearest"] == ["period"]


@pytest.mark.parametrize(
    ("axes", "base", "said"),
    [
        ({"stop_loss": [1.0], "stop_loss.value": [2.0]}, {}, "sets the whole of stop_loss"),
        ({"take_profit.value": [1.0]}, {"take_profit": "2%:0.5,3%:0.5"}, r"meant: take_profit\.1\.value"),
        (
            {"take_profit.2.value": [1.0]},
            {"take_profit": "2%:0.5,3%:0.5"},
            "is of target 3; take_profit has 2",
        ),
        ({"sizing.value": [1.0]}, {"sizing": "much"}, "write all-in"),
        ({"entry.offset": [1.0]}, {"entry": 3}, "which is 3"),
        ({"stop_loss": ["2 parrots"]}, {}, "in none of its forms"),
    ],
)
def test_places_that_cannot_be_are_refused_before_anything_runs(
    axes: Axes, base: dict[str, Any], said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        rows_of(axes, base)
