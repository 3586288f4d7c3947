"""The published schema accepts what the reader accepts, and refuses slips of shape."""

import json
import operator
from typing import Any

import pytest

from tests.documents import GOLD, block, document, entering, group, on, price, when
from tradewright.core.errors import DocumentError
from tradewright.strategy.catalog import builtin_document, builtin_ids
from tradewright.strategy.document.schema import document_schema
from tradewright.strategy.document_strategy import DocumentStrategy

SCHEMA = document_schema()
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
BOUNDS = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
}
WORDS = {
    *("$schema", "$defs", "$ref", "title", "description", "default", "examples", "anyOf", "enum", "type"),
    *("properties", "required", "additionalProperties", "items", *BOUNDS),
}


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Validate by the words of JSON Schema that the document's schema uses, and no others."""
    assert set(schema) <= WORDS
    if "$ref" in schema:
        return accepts(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value)
    refused = (
        ("anyOf" in schema and not any(accepts(option, value) for option in schema["anyOf"]))
        or ("enum" in schema and value not in schema["enum"])
        or ("type" in schema and not is_of(schema["type"], value))
        or any(word in schema and not holds(value, schema[word]) for word, holds in BOUNDS.items())
    )
    if refused:
        return False
    if isinstance(value, list) and "items" in schema:
        return all(accepts(schema["items"], item) for item in value)
    return accepts_fields(schema, value) if isinstance(value, dict) else True


def is_of(kind: str, value: Any) -> bool:
    if kind == "null":
        return value is None
    whole = kind == "integer" and isinstance(value, float) and value.is_integer()
    return whole or (
        isinstance(value, TYPES.get(kind, int | float)) and (kind == "boolean" or not isinstance(value, bool))
    )


def accepts_fields(schema: dict[str, Any], value: dict[str, Any]) -> bool:
    others = schema.get("additionalProperties", {})
    known = schema.get("properties", {})
    if any(name not in value for name in schema.get("required", ())):
        return False
    if others is False and not set(value) <= set(known):
        return False
    return all(accepts(known.get(name, others), item) for name, item in value.items())


RICH = document(
    block(
        on("rsi", "between", [20, {"module": "sma"}], period=3, withinLast=2),
        group({"atLeast": 1}, when(price("close", shift=1), ">", {"percentAbove": 1, "of": price("low")})),
        on("market_structure_shift", "is", "bullish"),
        match="any",
    ),
    block(on("adx", "rising"), role="filter", selected=True),
    exit={"stopLoss": {"value": 2, "unit": "atr", "period": 9}, "takeProfit": None, "timeStop": 3},
)

ORDERS = entering(
    on("rsi", "<", 30),
    parameters={"far": {"type": "float", "default": 1}},
    marketContext={"direction": "Both"},
    entry={
        "kind": "stopLimit",
        "offset": {"parameter": "far"},
        "unit": "atr",
        "period": 5,
        "through": 0.5,
        "lifetime": "session",
        "onConflict": "oco",
        "pyramiding": 2,
    },
    exit={
        "stopLoss": {"long": price("low"), "short": {"module": "sma"}},
        "takeProfit": [{"value": 1, "unit": "r", "share": 0.5}, {"operand": price("high"), "share": 0.25}],
        "trailing": {"value": 2, "unit": "chandelier", "after": 1},
        "breakEven": {"after": 1, "unit": "r", "offset": 0.5},
        "sessionEnd": True,
    },
    fills={"limitFill": "through", "participation": 0.1},
)
PLACED = entering(
    on("rsi", "<", 30),
    entry={"kind": "limit", "operand": {"percentBelow": 1, "of": price("low")}, "lifetime": "forever"},
    exit={"takeProfit": 3, "trailing": {"operand": {"module": "sma"}}, "breakEven": 2},
)


def test_schema_is_plain_data():
    assert json.loads(json.dumps(document_schema())) == document_schema()


@pytest.mark.parametrize("raw", [GOLD, RICH, ORDERS, PLACED, *map(builtin_document, builtin_ids())])
def test_schema_accepts_what_the_reader_accepts(raw):
    assert accepts(SCHEMA, raw)
    assert accepts(SCHEMA, DocumentStrategy.read(raw).canonical())


@pytest.mark.parametrize(
    "raw",
    [
        {},
        document(),
        {**GOLD, "exits": {}},
        entering(on("rsj", ">", 1)),
        entering(on("rsi", "cross_above", 1)),
        entering(on("rsi", ">", price("clsoe"))),
        entering(on("rsi", ">", 1, shift=-1)),
        entering(on("rsi", ">", 1), exit={"stopLoss": 0}),
        entering(on("rsi", ">", 1), marketContext={"session": "Londn"}),
        document(block(on("rsi", ">", 1), role="longEntri")),
        entering(on("rsi", ">", 1), entry={"kind": "stoplimit entry"}),
        entering(on("rsi", ">", 1), entry={"kind": "limit", "lifetime": "for ages"}),
        entering(on("rsi", ">", 1), entry={"kind": "limit", "ofset": 1}),
        entering(on("rsi", ">", 1), exit={"takeProfit": []}),
        entering(on("rsi", ">", 1), exit={"takeProfit": [{"value": 1, "share": 2}]}),
        entering(on("rsi", ">", 1), exit={"stopLoss": {"value": 1, "unit": "r"}}),
        entering(on("rsi", ">", 1), exit={"stopLoss": {"operand": price("low"), "value": 2}}),
        entering(on("rsi", ">", 1), exit={"trailing": {"value": 1, "unit": "price"}}),
        entering(on("rsi", ">", 1), exit={"breakEven": {"unit": "r"}}),
        entering(on("rsi", ">", 1), fills={"participation": 1.5}),
    ],
)
def test_schema_refuses_what_the_reader_refuses(raw):
    assert not accepts(SCHEMA, raw)
    with pytest.raises(DocumentError):
        DocumentStrategy.read(raw)
