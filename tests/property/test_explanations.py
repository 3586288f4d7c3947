"""What an explanation tells is what happened: over drawn runs of every rule, its numbers are the record's."""

import json
import math
import re

from hypothesis import HealthCheck, given, settings

from tests.drawn import Drawn, drawn_runs
from tradewright.engine.simulate import simulate
from tradewright.engine.types import LIMIT, ORDER_KINDS, REASONS, Simulation
from tradewright.research.explanation.explain import explain
from tradewright.research.explanation.record import Record
from tradewright.research.explanation.told import Explanation, Step

quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
PROTECTIVE = {"stop_loss", "trailing_stop", "take_profit", "liquidation"}
EXACT = 1e-9


def explained(run: Drawn) -> tuple[Simulation, list[Explanation]]:
    simulation = simulate(*run)
    record = Record(run.bars, run.rules, run.signals, simulation, run.surroundings)
    count = len(simulation.trades) + len(simulation.open_trades)
    return simulation, [explain(record, number) for number in range(1, count + 1)]


def fills_of(told: Explanation) -> list[Step]:
    return [step for step in told.steps if "parts" in step.numbers]


def flows_of(told: Explanation) -> list[float]:
    return [step.numbers["flow"] for step in told.steps if "flow" in step.numbers]


@given(drawn_runs())
@quick
def test_what_was_told_adds_up_to_the_profit(run):
    simulation, tellings = explained(run)
    rows = [*simulation.trades, *simulation.open_trades]

    for trade, told in zip(rows, tellings, strict=True):
        fills, result = fills_of(told), told.steps[-1].numbers
        paid = [step.numbers["amount"] - step.numbers["fee"] for step in fills]
        scale = max(1.0, math.fsum(abs(step.numbers["amount"]) for step in fills))
        total = math.fsum([*paid, *flows_of(told), result["marked"]])
        assert abs(total - trade["pnl"]) <= EXACT * scale
        assert abs(result["sum"] - trade["pnl"]) <= EXACT * scale
        assert math.isclose(
            result["pnl"], result["return"] * result["entered"], rel_tol=EXACT, abs_tol=EXACT * scale
        )
        assert math.isclose(
            math.fsum(step.numbers["fee"] for step in fills), trade["fees"], rel_tol=EXACT, abs_tol=1e-9
        )
        assert len(fills) == trade["entries"] + trade["exits"]


@given(drawn_runs())
@quick
def test_every_row_of_the_journal_is_told_once_and_in_order(run):
    simulation, tellings = explained(run)

    told = [
        (
            step.numbers.get("reason"),
            step.numbers.get("flow", 0.0),
            step.numbers["reference"],
            step.numbers["bar"]["index"],
        )
        for telling in tellings
        for step in telling.steps
        if "reference" in step.numbers
    ]
    journal = [
        (None if row["kind"] == 4 else REASONS[row["reason"]], row["flow"], row["reference"], row["bar"])
        for row in simulation.fills
    ]
    assert told == journal


@given(drawn_runs())
@quick
def test_every_price_is_in_its_bar_and_comes_to_the_fill_by_its_costs(run):
    for told in explained(run)[1]:
        for step in fills_of(told):
            numbers, bar = step.numbers, step.numbers["bar"]
            near = EXACT * numbers["reference"]
            assert bar["low"] - near <= numbers["reference"] <= bar["high"] + near
            if numbers["moment"] != "inside":
                assert numbers["reference"] == bar[numbers["moment"]]
            costs = math.fsum(numbers["parts"].values())
            assert abs(numbers["reference"] + costs - numbers["price"]) <= EXACT * max(
                numbers["price"], near, 1.0
            )
            assert "rest" not in numbers["parts"]  # everything that a price is made of has a name
            assert not numbers["parts"] or numbers["kind"] != ORDER_KINDS[LIMIT]


@given(drawn_runs())
@quick
def test_every_protective_fill_is_told_with_the_level_that_it_met(run):
    for told in explained(run)[1]:
        for step in fills_of(told):
            numbers = step.numbers
            rest = numbers["kind"] == "market" and numbers["reason"] != "liquidation"
            if numbers["reason"] not in PROTECTIVE or rest:
                continue
            level, side = numbers["level"], -math.copysign(1, numbers["quantity"])
            assert not math.isnan(level), step.text
            with_it = side if numbers["reason"] == "take_profit" else -side
            assert with_it * (numbers["reference"] - level) >= -EXACT * abs(level)
            if numbers["moment"] == "inside" and run.rules.intrabar != "magnified":
                assert (
                    math.isclose(numbers["reference"], level, rel_tol=EXACT)
                    or numbers["reason"] == "liquidation"
                )


@given(drawn_runs())
@quick
def test_text_is_fit_to_read_and_data_fit_for_json(run):
    for told in explained(run)[1]:
        text = str(told)
        assert not re.search(
            r"\bnan\b|\binf\b|unknown|None|-0\.0+\b(?!\d)|\d\.\d{9,}|[+-] [+-]", text, re.IGNORECASE
        ), text
        assert json.loads(json.dumps(told.to_dict(), allow_nan=False))["trade"] == told.number
        assert all(re.fullmatch(r"[2-6]\.\d{1,2}", rule) for step in told.steps for rule in step.rules)
        assert [step.time for step in told.steps] == sorted(step.time for step in told.steps)


@given(drawn_runs())
@quick
def test_bars_told_as_ambiguous_are_among_those_that_were_counted(run):
    simulation, tellings = explained(run)

    times = {step.time for told in tellings for step in told.steps if step.numbers.get("ambiguous")}

    assert len(times) <= simulation.counters["ambiguous_bars"]
