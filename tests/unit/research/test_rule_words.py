"""Rules in words, and what they are in plain data."""

import pytest

from tradewright.core.errors import ParameterError
from tradewright.engine.rules import Rules
from tradewright.research.rule_words import rules_in_plain

WORDS = [
    ("stop_loss", "2", {"value": 2}),
    ("stop_loss", "2%", {"value": 2}),
    ("stop_loss", " 1.5 ATR ", {"value": 1.5, "unit": "atr"}),
    ("stop_loss", "1.5atr(20)", {"value": 1.5, "unit": "atr", "period": 20}),
    ("stop_loss", "price:95.5", {"value": 95.5, "unit": "price"}),
    ("stop_loss", "1e-3%", {"value": 0.001}),
    ("stop_loss", "column", {"unit": "column"}),
    ("take_profit", "4%", {"value": 4}),
    ("take_profit", "2r", {"value": 2, "unit": "r"}),
    ("take_profit", "price:120", {"value": 120, "unit": "price"}),
    ("take_profit", "2%:0.5, 4%:0.5", ({"value": 2, "share": 0.5}, {"value": 4, "share": 0.5})),
    ("take_profit", "2%:0.25", ({"value": 2, "share": 0.25},)),
    (
        "take_profit",
        "price:120:0.5,2atr(5):0.5",
        (
            {"value": 120, "unit": "price", "share": 0.5},
            {"value": 2, "unit": "atr", "period": 5, "share": 0.5},
        ),
    ),
    ("trailing", "3%", {"value": 3}),
    ("trailing", "2atr", {"value": 2, "unit": "atr"}),
    ("trailing", "chandelier:3", {"value": 3, "unit": "chandelier"}),
    ("trailing", "chandelier:3(22)", {"value": 3, "unit": "chandelier", "period": 22}),
    ("trailing", "3% after 5%", {"value": 3, "after": 5}),
    ("trailing", "column after 1", {"unit": "column", "after": 1}),
    ("break_even", "2%", {"after": 2}),
    ("break_even", "1r plus 0.1%", {"after": 1, "unit": "r", "offset": 0.1}),
    ("entry", "market", {}),
    ("entry", "limit:1%", {"kind": "limit", "offset": 1}),
    ("entry", "limit:2atr(7)", {"kind": "limit", "offset": 2, "unit": "atr", "period": 7}),
    ("entry", "stop:0.5", {"kind": "stop", "offset": 0.5}),
    ("entry", "stop:price:0.5", {"kind": "stop", "offset": 0.5, "unit": "price"}),
    ("entry", "stop_limit:1%,0.2%", {"kind": "stop_limit", "offset": 1, "through": 0.2}),
    ("entry", "stop_limit:2atr,0.5", {"kind": "stop_limit", "offset": 2, "unit": "atr", "through": 0.5}),
    ("entry", "limit:column for 3 bars", {"kind": "limit", "unit": "column", "lifetime": 3}),
    ("entry", "limit:1% for session", {"kind": "limit", "offset": 1, "lifetime": "session"}),
    ("entry", "limit for ever", {"kind": "limit", "lifetime": None}),
    ("sizing", "risk:0.01", {"kind": "risk", "value": 0.01}),
    ("sizing", "atr:0.01(20)", {"kind": "atr", "value": 0.01, "period": 20}),
]


@pytest.mark.parametrize(("name", "words", "plain"), WORDS)
def test_words_mean_the_same_as_plain_data(name: str, words: str, plain: object) -> None:
    others = {"stop_loss": 2.0} if name != "stop_loss" else {}
    read = Rules.model_validate(others | rules_in_plain({name: words}))
    assert read == Rules.model_validate({**others, name: plain})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stop_loss", "two"),
        ("stop_loss", "-2%"),
        ("stop_loss", "2%(5)"),
        ("stop_loss", "price:"),
        ("stop_loss", "nan"),
        ("take_profit", "2%:0.5,4%"),
        ("take_profit", "2%:half"),
        ("trailing", "chandelier"),
        ("trailing", "3% after 1atr"),
        ("break_even", "column"),
        ("break_even", "1r plus 2r"),
        ("entry", "limt:1%"),
        ("entry", "limit:1% for a while"),
        ("entry", "stop_limit:2atr,0.2%"),
    ],
)
def test_other_words_are_refused_with_every_form(name: str, words: str) -> None:
    with pytest.raises(ParameterError, match=f"rule '{name}'") as refused:
        rules_in_plain({name: words})
    assert refused.value.fix.startswith("Write ")
    assert refused.value.details == {"name": name, "value": words}


def test_what_is_no_words_stays_as_it_is() -> None:
    given = {"stop_loss": 2.0, "direction": "both", "entry": {"kind": "limit"}, "time_stop": 3}
    assert rules_in_plain(given) == given
