"""The rules of a sweep are those of its single runs, in every field, for drawn axes over drawn rules."""

from collections.abc import Mapping
from copy import deepcopy
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawn import ByHypothesis, Source
from tests.drawn_rules import rules_from
from tradewright.core.errors import InputError, ParameterError
from tradewright.core.instrument import Instrument
from tradewright.core.validation import build
from tradewright.engine.rules import Rules
from tradewright.engine.terms import TERMS, terms_of
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.sweep.rule_rows import RuleRows, RuleTable

quick = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
campaign = settings(quick, max_examples=10_000)

Path = tuple[str | int, ...]
NUMBERS = [0, 0.0, -0.0, 1, 1.0, 2, 2.5, 0.5, 0.3, 0.001, 14, 5, 99.0, 100, 150.0, 7.0, -0.01, 1e-7]
OTHERS = [None, True, "atr", "percent", "column", "limit", float("nan"), "0.5"]
# Numbers of which rules ask whether there are any, or how many they are together.
JOINED = {
    "fee_per_unit",
    "fee_per_order",
    "fee_minimum",
    "slippage_ticks",
    "slippage_atr",
    "impact",
    "participation",
    "after",
    "share",
    "sizing",
    "unit",
}
WORDS: Mapping[str, list[Any]] = {
    "stop_loss": ["1atr", "2atr", "3atr(5)", "2%", "0.5", "price:95", "column", 3.0, None],
    "take_profit": ["1r", "2r", "4%", "3atr(5)", "2%:0.5, 4%:0.5", "1%:0.25, 2r:0.5", "column", 6, None],
    "trailing": ["2%", "3% after 1%", "chandelier:3", "chandelier:2(5)", "2atr after 1", "column", None],
    "break_even": ["1%", "2%", "1r plus 0.1%", "1atr", 1.5, None],
    "entry": ["market", "limit:1%", "limit:2% for 3", "stop:1atr(5) for ever", "limit:1% for session"],
    "sizing": ["all-in", "risk:0.01", "risk:0.02", "atr:0.01(5)", "cash:500", "kelly:0.5", "column"],
}


class Swept(NamedTuple):
    """Rules, axes over them, and combinations."""

    base: dict[str, Any]
    leaves: dict[Path, str]
    axes: dict[str, list[Any]]
    index: dict[str, npt.NDArray[np.int64]]
    instrument: Instrument


def swept_from(source: Source) -> Swept:
    instrument = Instrument("TEST", tick=source.pick([0.01, 0.5, 1.0, 0.0]), lot=source.pick([0.0, 0.1]))
    drawn = [rules_from(source, has_tick=instrument.tick > 0).model_dump() for _ in range(3)]
    base = drawn[0]
    leaves: dict[Path, str] = {}
    axes: dict[str, list[Any]] = {}
    places = sorted(places_of(base), key=str)
    joined = [path for path in places if path[-1] in JOINED]
    for number in range(source.pick([2, 3, 4, 1, 5, 0])):
        name = f"axis{number}"
        for _ in range(source.pick([1, 1, 1, 2])):
            path = source.pick(source.pick([places, joined]))
            if not any(path[: len(other)] == other or other[: len(path)] == path for other in leaves):
                leaves[path] = name
        own = [path for path, axis in leaves.items() if axis == name]
        if own:
            axes[name] = values_from(source, own[0], drawn)
    axes["nowhere"] = [1, 2]
    random = np.random.default_rng(source.seed())
    count = source.pick([20, 5, 1])
    index = {name: random.integers(0, len(values), count) for name, values in axes.items()}
    return Swept(base, leaves, axes, index, instrument)


def places_of(plain: Any, path: Path = ()) -> list[Path]:
    """Every rule and part of a rule; a target as a whole is no place."""
    found = [path] if path and isinstance(path[-1], str) else []
    if isinstance(plain, dict):
        inner = list(plain.items())
    else:
        inner = list(enumerate(plain)) if isinstance(plain, list | tuple) else []
    return found + [place for step, value in inner for place in places_of(value, (*path, step))]


def values_from(source: Source, path: Path, drawn: list[dict[str, Any]]) -> list[Any]:
    """Values that other drawn rules have there, many numbers near each other, words, or any at all."""
    own = [value for rules in drawn for value in at(rules, path)]
    numbers = [value for value in own if isinstance(value, int | float) and not isinstance(value, bool)]
    match source.pick(["own", "own", "many", "many", "zeros", "words", "wild"]):
        case "zeros" if numbers:
            return [source.pick([0.0, 0, number, number / 2]) for number in (*numbers, numbers[0])]
        case "many" if numbers:
            return [type(numbers[0])(numbers[0] * (1 - number / 40)) for number in range(15)]
        case "words" if len(path) == 1 and path[0] in WORDS:
            return [source.pick(WORDS[str(path[0])]) for _ in range(4)]
        case "wild":
            return [*own[:1], *[source.pick([*NUMBERS, *NUMBERS, *OTHERS]) for _ in range(3)]]
        case _:
            return own


def at(rules: Any, path: Path) -> list[Any]:
    for step in path:
        try:
            rules = rules[step]
        except (KeyError, IndexError, TypeError):
            return []
    return [rules]


def single_run(swept: Swept, row: int) -> Rules:
    """Build the rules of one combination as a backtest does."""
    plain = deepcopy(swept.base)
    for path, axis in swept.leaves.items():
        holder: Any = plain
        for step, after in pairwise(path):
            if isinstance(holder[step], tuple):
                holder[step] = list(holder[step])
            holder = holder[step]
            assert after is not None
        holder[path[-1]] = swept.axes[axis][swept.index[axis][row]]
    return build(Rules, rules_in_plain(plain), kind="rule", owner="the sweep")


def assert_same(swept: Swept, table: RuleTable, rows: npt.NDArray[np.int64]) -> None:
    """Every field has the same bits, and every row of a column the same name."""
    for position, row in enumerate(rows):
        rules = single_run(swept, int(row))
        expected, names = terms_of(rules, swept.instrument)
        place = int(table.which[position])
        found = table.terms[place : place + 1]
        assert table.rules(place) == rules
        for field in TERMS.names or ():
            if field.endswith("_row"):
                mine = [None if at < 0 else table.names[at] for at in np.ravel(found[field])]
                assert mine == [None if at < 0 else names[at] for at in np.ravel(expected[field])], field
            else:
                assert found[field].tobytes() == expected[field].tobytes(), field


def refused_at(swept: Swept, row: int) -> str | None:
    try:
        terms_of(single_run(swept, row), swept.instrument)
    except InputError as refused:
        return refused.message
    return None


def part_of(swept: Swept, rows: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.int64]]:
    return {name: positions[rows] for name, positions in swept.index.items()}


def check(swept: Swept) -> int:
    """Compare all that can be with single runs, in two pieces, and what cannot; return how many can."""
    count = len(swept.index["nowhere"])
    refused = [refused_at(swept, row) for row in range(count)]
    try:
        table_of = RuleRows(swept.base, swept.leaves, swept.axes, swept.instrument)
    except ParameterError as unreadable:  # words are read at once, whether or not their combination occurs
        if "in none of its forms" in unreadable.message:
            return 0
        raise
    valid = np.flatnonzero([message is None for message in refused])
    pieces = [valid[: len(valid) // 3], valid[len(valid) // 3 :]]
    tables = [table_of.table(part_of(swept, piece)) for piece in pieces]
    for piece, table in zip(pieces, tables, strict=True):
        assert_same(swept, table, piece)
    assert tables[1].names[: len(tables[0].names)] == tables[0].names
    if len(valid) < count:
        assert_refused(swept, table_of, refused)
        assert_refused(swept, RuleRows(swept.base, swept.leaves, swept.axes, swept.instrument), refused)
    return len(valid)


def assert_refused(swept: Swept, rules: RuleRows, refused: list[str | None]) -> None:
    """The error is that of a run among those that cannot be, and names its values."""
    with pytest.raises(InputError) as caught:
        rules.table(swept.index)
    named = caught.value.details.get("axes", {})
    assert set(named) == set(swept.leaves.values())
    messages = [
        message
        for row, message in enumerate(refused)
        if all(repr(swept.axes[name][swept.index[name][row]]) == repr(named[name]) for name in named)
    ]
    assert caught.value.message.partition(" The combination is ")[0] in messages


@pytest.mark.slow
@given(st.data())
@quick
def test_the_records_of_a_sweep_are_those_of_its_single_runs(data: st.DataObject) -> None:
    check(swept_from(ByHypothesis(data.draw)))


@pytest.mark.campaign
@given(st.data())
@campaign
def test_the_records_of_many_sweeps_are_those_of_their_single_runs(data: st.DataObject) -> None:
    check(swept_from(ByHypothesis(data.draw)))
