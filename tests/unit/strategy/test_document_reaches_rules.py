"""Whatever orders and exits `Rules` can say, a document can: drawn rules, written down and read again."""

import json
from typing import Any

import numpy as np
import pytest

from tests.documents import document, on, price
from tests.drawn import BySeed
from tests.drawn_rules import rules_from
from tradewright.engine.columns import own_columns_of
from tradewright.engine.rules import Rules
from tradewright.strategy.document_strategy import DocumentStrategy

DRAWN = [rules_from(BySeed(np.random.default_rng(seed)), has_tick=True) for seed in range(300)]
SAID = (
    *("direction", "entry", "on_conflict", "pyramiding", "limit_fill", "participation", "stop_loss"),
    *("targets", "trailing", "break_even", "time_stop", "session_end", "on_opposite"),
)


def level(part: Any) -> dict[str, Any] | None:
    """Write down a part of the rules; at a price of its own it stands at the low."""
    if part is None:
        return None
    said = part.model_dump(mode="json")
    if part.unit not in {"atr", "chandelier"}:
        del said["period"]
    if part.unit == "column":
        said = {name: value for name, value in said.items() if name not in {"unit", "value", "offset"}}
        return {**said, "operand": price("low")}
    return said


def entry_of(rules: Rules) -> dict[str, Any]:
    said = {"onConflict": rules.on_conflict, "pyramiding": rules.pyramiding}
    if rules.entry.kind == "market":
        return said
    order = level(rules.entry) or {}
    if rules.entry.kind != "stop_limit":
        del order["through"]
    return {**said, **order, "lifetime": rules.entry.lifetime or "forever"}


def written(rules: Rules) -> dict[str, Any]:
    """Return a document with these rules."""
    several = isinstance(rules.take_profit, tuple)
    targets = [level(target) for target in rules.targets]
    return document(
        {"role": "longEntry", "subConfirmations": [on("rsi", "<", 30)]},
        {"role": "shortEntry", "subConfirmations": [on("rsi", ">", 70)]},
        marketContext={"direction": rules.direction},
        entry=entry_of(rules),
        exit={
            "stopLoss": level(rules.stop_loss),
            "takeProfit": (targets if several else targets[0]) if targets else None,
            "trailing": level(rules.trailing),
            "breakEven": level(rules.break_even),
            "timeStop": rules.time_stop,
            "sessionEnd": rules.session_end,
            "onOpposite": rules.on_opposite,
        },
        fills={"limitFill": rules.limit_fill, "participation": rules.participation},
    )


def test_drawn_rules_are_of_every_kind():
    for name in SAID:
        assert len({str(getattr(rules, name)) for rules in DRAWN}) > 1, name


@pytest.mark.parametrize("rules", DRAWN, ids=range(len(DRAWN)))
def test_document_says_the_rules_it_was_written_from(rules):
    strategy = DocumentStrategy.read(json.loads(json.dumps(written(rules))))
    found = Rules(**strategy.rules())

    assert {name: getattr(found, name) for name in SAID} == {name: getattr(rules, name) for name in SAID}
    brought = [name for name in own_columns_of(rules) if name != "size"]
    assert sorted(strategy.plan.prices) == sorted(brought)

    once = strategy.canonical()
    again = DocumentStrategy.read(json.loads(json.dumps(once)))
    assert again.canonical() == once
    assert again.rules() == strategy.rules()
