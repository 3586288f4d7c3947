"""Which rules go from event to event: everything else is left out, and nothing is left out for nothing."""

from typing import Any

import numpy as np
import pytest

from tests.drawn import Drawn
from tests.factories import make_rules
from tests.swept.fills import expressed_under, run_by
from tradewright.core.instrument import Instrument
from tradewright.engine.rules import Rules
from tradewright.engine.sweep.expressible import around, left_out
from tradewright.engine.terms import NO_LEVEL, NO_ROW, ON_IGNORE, OPTIMISTIC, QUANTITY, TERMS, terms_of
from tradewright.engine.types import ACCOUNT_EVENT, NOWHERE, Surroundings

ONE = Instrument("TEST", currency="USD", tick=0.01)

# Every field of TERMS: what the walk from event to event reads of it, or the rule that keeps it away.
# A new field has to be put into one of these: read it there, or leave its rule out.
READ = {
    *("cash", "fee", "maker_fee", "fee_per_unit", "fee_per_order", "fee_minimum", "plain_fee"),
    *("slippage", "slippage_price", "half_spread", "plain_price"),
    *("leverage", "maintenance_margin", "multiplier", "lot", "minimum_notional"),
    *("sizing", "amount", "size_row", "limit_through", "intrabar", "on_opposite"),
    *("stop_unit", "stop", "stop_row", "targets", "target_unit", "target", "target_row"),
    *("trailing_unit", "trailing", "trailing_row", "time_stop", "close_at_end", "tolerance"),
    "entry_kind",  # by decide(), which is always told of a market order
}
LEFT_OUT = {
    "entry_unit": "entry",
    "entry_offset": "entry",
    "entry_through": "entry",
    "lifetime": "entry",
    "until_session_end": "entry",
    "entry_row": "entry",
    "oco": "entry",  # which Rules allow with resting entries alone
    "fill_at_close": "fill_on",
    "pyramiding": "pyramiding",
    "participation": "participation",
    "size_period": "sizing",
    "size_initial": "sizing",
    "size_at_decision": "size_on",
    "slippage_atr": "slippage_atr",
    "slippage_row": "slippage_atr",
    "impact": "impact",
    "borrow_rate": "borrow_rate",
    "target_share": "take_profit",
    "trailing_after": "trailing",
    "even_unit": "break_even",
    "even_after": "break_even",
    "even_offset": "break_even",
    "even_row": "break_even",
    "session_end": "session_end",
}
# Read by functions that the walk shares, but only for what they are worth by default.
IN_PART = {"impact", "trailing_after"}

# Rules that are left out, each by its name.
WILD: dict[str, list[dict[str, Any]]] = {
    "entry": [{"entry": {"kind": kind, "offset": 1.0}} for kind in ("limit", "stop", "stop_limit")],
    "fill_on": [{"fill_on": "close"}],
    "intrabar": [{"intrabar": "magnified"}],
    "pyramiding": [{"pyramiding": 1}],
    "participation": [{"participation": 0.5}],
    "sizing": [{"sizing": {"kind": "kelly", "value": 0.5}}],
    "size_on": [{"size_on": "decision"}],
    "slippage_atr": [{"slippage_atr": 0.1}],
    "impact": [{"impact": 0.1}],
    "borrow_rate": [{"borrow_rate": 0.05}],
    "take_profit": [
        {"take_profit": [{"value": 2.0, "share": 0.5}]},
        {"take_profit": [{"value": 2.0, "share": 0.5}, {"value": 4.0, "share": 0.5}]},
        {"take_profit": [{"value": 2.0, "share": 0.01}, {"value": 4.0, "share": 0.99}]},
    ],
    "trailing": [
        {"trailing": {"value": 2.0, "after": 1.0}},
        {"trailing": {"value": 2.0, "unit": "chandelier"}},
        {"trailing": {"value": 1.0, "unit": "column"}},
        {"trailing": {"value": 2.0, "unit": "atr", "after": 1.0}},
    ],
    "break_even": [{"break_even": {"after": 1.0}}],
    "session_end": [{"session_end": True}],
}
TAME: list[dict[str, Any]] = [
    {},
    {"stop_loss": {"value": 2.0, "unit": "atr"}, "take_profit": {"value": 2.0, "unit": "r"}},
    {"take_profit": [{"value": 2.0, "share": 1.0}]},
    {"take_profit": {"value": 105.0, "unit": "price"}, "stop_loss": {"value": 1.0, "unit": "column"}},
    {"trailing": {"value": 2.0}},
    {"trailing": {"value": 2.0, "unit": "atr"}},
    {"fee_per_order": 1.0, "fee_minimum": 2.0, "fee_per_unit": 0.1, "maker_fee": -0.001},
    {"slippage": 0.001, "slippage_ticks": 2.0, "half_spread": 0.1},
    {"sizing": {"kind": "risk", "value": 0.01}, "stop_loss": 2.0, "leverage": 10.0},
    {"sizing": {"kind": "volatility", "value": 0.1}, "time_stop": 5, "close_at_end": True},
    {"intrabar": "path", "limit_fill": "through", "on_opposite": "ignore", "direction": "both"},
]


RUNS = [run_by(seed, beside=seed % 2 == 1) for seed in range(40)]
# What a field is set to where 0.05 is no other value for it.
ODD: dict[str, Any] = {
    **dict.fromkeys(("lot", "multiplier", "fee_per_order", "fee_minimum", "time_stop"), 3),
    **dict.fromkeys(("minimum_notional", "slippage_price"), 500.0),
    **dict.fromkeys(("limit_through", "close_at_end"), True),
    **dict.fromkeys(("stop_unit", "target_unit", "trailing_unit"), NO_LEVEL),
    "intrabar": OPTIMISTIC,
    "on_opposite": ON_IGNORE,
    "targets": 0,
    "sizing": QUANTITY,
    "tolerance": 1e-3,
    "maintenance_margin": 0.5,
    "half_spread": 0.5,
    "maker_fee": 0.05,
}


def reasons(**rules: Any) -> set[str]:
    terms, _ = terms_of(make_rules(**rules), ONE)
    return {name for name, flags in left_out(terms).items() if flags.all()}


@pytest.mark.parametrize("name", WILD)
def test_a_rule_that_is_not_known_is_left_out_by_its_name(name: str) -> None:
    for rules in WILD[name]:
        assert reasons(**rules) == {name}, rules


def test_every_reason_is_tried() -> None:
    terms, _ = terms_of(Rules(), ONE)
    assert set(WILD) == set(left_out(terms))


@pytest.mark.parametrize("rules", TAME, ids=str)
def test_all_other_rules_go_from_event_to_event(rules: dict[str, Any]) -> None:
    assert reasons(**rules) == set()


def test_every_field_of_the_rules_is_read_or_its_rule_is_left_out() -> None:
    assert set(TERMS.names or ()) == READ | set(LEFT_OUT)
    assert not READ & set(LEFT_OUT)
    assert set(LEFT_OUT.values()) <= set(WILD)


@pytest.mark.parametrize("field", sorted(set(LEFT_OUT) - IN_PART))
def test_a_field_whose_rule_is_left_out_is_not_read(field: str) -> None:
    """It changes nothing by itself; were it read after all, it would have to be told here."""
    for run in RUNS:
        terms, names = terms_of(run.rules, run.bars.instrument)
        usual = expressed_under(terms, names, run)
        terms[field] = 0 if field.endswith("_row") else 0.3 if TERMS[field].base.kind == "f" else 1
        assert expressed_under(terms, names, run).totals.tobytes() == usual.totals.tobytes()


@pytest.mark.parametrize("field", sorted(READ - {"entry_kind", "plain_fee", "plain_price", "size_row"}))
def test_a_field_that_is_read_says_something(field: str) -> None:
    """It changes some run; were it not read any more, its rule would have to be left out."""
    assert any(_changes(run, field) for run in RUNS)


def _changes(run: Drawn, field: str) -> bool:
    terms, names = terms_of(run.rules, run.bars.instrument)
    usual = expressed_under(terms, names, run)
    terms[field] = NO_ROW if field.endswith("_row") else ODD.get(field, 0.05)
    found = expressed_under(terms, names, run)
    return found.totals.tobytes() != usual.totals.tobytes()


def test_rules_of_a_table_are_told_apart_row_by_row() -> None:
    every = [{}, *(rules for some in WILD.values() for rules in some)]
    terms = np.concatenate([terms_of(make_rules(**rules), ONE)[0] for rules in every])
    table = np.stack(list(left_out(terms).values()))
    assert table.shape == (len(WILD), len(every))
    assert table.sum(axis=0).tolist() == [0] + [1] * (len(every) - 1)


def test_rates_and_account_events_keep_every_run_away() -> None:
    rates = np.ones(3)
    assert around(NOWHERE) is None
    assert around(Surroundings(session_end=np.ones(3, np.bool_))) is None
    assert around(Surroundings(events=np.zeros(0, ACCOUNT_EVENT))) is None
    assert around(Surroundings(rate_open=rates)) == "currency"
    assert around(Surroundings(rate_close=rates)) == "currency"
    assert around(Surroundings(events=np.zeros(1, ACCOUNT_EVENT))) == "account events"
