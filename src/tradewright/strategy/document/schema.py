"""The JSON schema of the strategy document, for editors and forms.

It describes the camelCase spelling and the shape. What depends on a module (its parameters, outputs and
states) is checked by reading the document, whose errors also say more.
"""

from collections.abc import Sequence
from typing import Any

from tradewright.core.bars import FIELDS
from tradewright.core.sessions import session_names
from tradewright.engine.rule_parts import MOST_TARGETS
from tradewright.modules import registry
from tradewright.strategy.document.conditions import OPERATORS
from tradewright.strategy.document.cursor import camel
from tradewright.strategy.document.entries import CONFLICTS, ENTRY_UNITS, KINDS, LIFETIMES, TOUCHES
from tradewright.strategy.document.exits import REACTIONS
from tradewright.strategy.document.levels import BREAK_EVEN_UNITS, STOP_UNITS, TARGET_UNITS, TRAILING_UNITS
from tradewright.strategy.plan import ROLES

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_REFERENCE: Schema = {"$ref": "#/$defs/reference"}
_OPERAND: Schema = {"$ref": "#/$defs/operand"}
_SIDED: Schema = {"long": _OPERAND, "short": _OPERAND}
_PRICES: Schema = {"operand": _OPERAND, **_SIDED}
_MEMBERS: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/member"}}


def document_schema() -> Schema:
    """Return the schema (JSON Schema 2020-12) as plain data."""
    texts = ("id", "title", "description", "origin", "madeFor", "version")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tradewright strategy document",
        **_object(
            {
                **dict.fromkeys(texts, _TEXT),
                "weaknesses": {"type": "array", "items": _TEXT},
                "parameters": {"type": "object", "additionalProperties": {"$ref": "#/$defs/parameter"}},
                "constraints": {"type": "array", "items": _TEXT, "examples": [["fast < slow"]]},
                "marketContext": _market(),
                "decisionBlocks": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/block"}},
                "entry": _entry(),
                "exit": _exit(),
                "fills": _fills(),
                "quickTest": {"type": "boolean", "description": "Decide on the last 5,000 bars only."},
            },
            "decisionBlocks",
        ),
        "$defs": {
            "reference": _object({"parameter": _TEXT}, "parameter"),
            "match": _match(),
            "parameter": _parameter(),
            "block": _block(),
            "member": _member(),
            "operand": _operand(),
            "stop": _level(STOP_UNITS),
            "target": _level(TARGET_UNITS, share=_number(exclusiveMinimum=0, maximum=1)),
        },
    }


def _object(properties: Schema, *required: str) -> Schema:
    """Return an object schema that refuses other fields; null stands for a field left out."""
    optional = {
        name: {"anyOf": [made, {"type": "null"}]} for name, made in properties.items() if name not in required
    }
    fields = {name: optional.get(name, made) for name, made in properties.items()}
    return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}


def _number(**bounds: Any) -> Schema:
    return {"anyOf": [{"type": "number", **bounds}, _REFERENCE]}


def _whole(minimum: int) -> Schema:
    return {"anyOf": [{"type": "integer", "minimum": minimum}, _REFERENCE]}


def _market() -> Schema:
    return _object(
        {
            "market": {**_TEXT, "examples": ["XAUUSD", "BTC/USDT"]},
            "timeframe": {**_TEXT, "examples": ["15m", "1h", "1d"]},
            "direction": {"enum": ["Long", "Short", "Both"]},
            "testPeriod": {**_TEXT, "examples": ["90d", "2mo", "1y"]},
            "session": {"enum": list(session_names())},
        }
    )


def _entry() -> Schema:
    lifetime = {"anyOf": [_whole(1), {"enum": list(LIFETIMES)}], "default": 1}
    return _object(
        {
            "kind": {"enum": [camel(kind) for kind in KINDS], "default": "market"},
            "offset": _number(minimum=0),
            "unit": {"enum": list(ENTRY_UNITS), "default": "percent"},
            "period": _whole(1),
            **_PRICES,
            "through": _number(minimum=0),
            "lifetime": lifetime,
            "onConflict": {"enum": list(CONFLICTS), "default": "neither"},
            "pyramiding": _whole(0),
        }
    )


def _exit() -> Schema:
    target: Schema = {"$ref": "#/$defs/target"}
    targets = {"type": "array", "minItems": 1, "maxItems": MOST_TARGETS, "items": target}
    return _object(
        {
            "takeProfit": {"anyOf": [target, targets]},
            "stopLoss": {"$ref": "#/$defs/stop"},
            "trailing": _trailing(),
            "breakEven": _break_even(),
            "timeStop": _whole(1),
            "sessionEnd": {"type": "boolean", "default": False},
            "onOpposite": {"enum": list(REACTIONS)},
        }
    )


def _fills() -> Schema:
    return _object(
        {
            "limitFill": {"enum": list(TOUCHES), "default": "touch"},
            "participation": _number(exclusiveMinimum=0, maximum=1),
        }
    )


def _level(units: Sequence[str], **more: Schema) -> Schema:
    return {"anyOf": [_number(exclusiveMinimum=0), *_placed(_number(exclusiveMinimum=0), units, more)]}


def _placed(value: Schema, units: Sequence[str], more: Schema) -> list[Schema]:
    """Return both ways to say where a level stands: so far away, or at the price of an operand."""
    distance = {"value": value, "unit": {"enum": list(units), "default": "percent"}, "period": _whole(1)}
    own = [
        _object({"operand": _OPERAND, **more}, "operand"),
        _object({**_SIDED, **more}, "long"),
        _object({**_SIDED, **more}, "short"),
    ]
    return [_object({**distance, **more}, "value"), *own]


def _trailing() -> Schema:
    value, after = _number(exclusiveMinimum=0), {"after": _number(minimum=0)}
    percent = _number(exclusiveMinimum=0, exclusiveMaximum=100)
    return {"anyOf": [percent, *_placed(value, TRAILING_UNITS, after)]}


def _break_even() -> Schema:
    after = _number(exclusiveMinimum=0)
    unit = {"enum": list(BREAK_EVEN_UNITS), "default": "percent"}
    fields = {"after": after, "unit": unit, "period": _whole(1), "offset": _number(minimum=0)}
    return {"anyOf": [after, _object(fields, "after")]}


def _match() -> Schema:
    return {"anyOf": [{"enum": ["all", "any", "none"]}, _object({"atLeast": _whole(1)}, "atLeast")]}


def _parameter() -> Schema:
    number: Schema = {"type": "number"}
    sweep = {"type": "array", "items": number, "minItems": 3, "maxItems": 3}
    bounds = {"min": number, "max": number, "sweep": sweep, "title": _TEXT, "description": _TEXT}
    return _object({"type": {"enum": ["int", "float"]}, "default": number, **bounds}, "type", "default")


def _block() -> Schema:
    return _object(
        {
            "label": _TEXT,
            "description": _TEXT,
            "role": {"enum": [camel(role) for role in ROLES]},
            "match": {"$ref": "#/$defs/match"},
            "selected": {"type": "boolean", "default": True},
            "subConfirmations": _MEMBERS,
        },
        "subConfirmations",
    )


def _member() -> Schema:
    module = {"enum": sorted(registry.module_ids())}
    return _object(
        {
            "label": _TEXT,
            "description": _TEXT,
            "moduleId": module,
            "operand": _OPERAND,
            "selected": {"type": "boolean", "default": True},
            "config": _config(),
            "match": {"$ref": "#/$defs/match"},
            "subConfirmations": _MEMBERS,
        }
    )


def _config() -> Schema:
    value = {"anyOf": [_OPERAND, _TEXT, {"type": "array", "items": _OPERAND, "minItems": 2, "maxItems": 2}]}
    return {
        "type": "object",
        "description": "The condition; every other field is a parameter of the module.",
        "properties": {
            "operator": {"enum": list(OPERATORS)},
            "value": value,
            "output": _TEXT,
            "timeframe": _TEXT,
            "shift": _whole(0),
            "withinLast": _whole(1),
            "forLast": _whole(1),
            "params": {"type": "object"},
        },
        "required": ["operator"],
    }


def _operand() -> Schema:
    place = {"timeframe": _TEXT, "shift": _whole(0)}
    module = {"enum": sorted(registry.module_ids())}
    inputs: Schema = {"parameters": {"type": "object"}, "output": _TEXT, **place}
    percentages = [
        _object({name: _number(), "of": _OPERAND}, name, "of")
        for name in ("percent", "percentAbove", "percentBelow")
    ]
    return {
        "anyOf": [
            {"type": "number"},
            _REFERENCE,
            _object({"module": module, **inputs}, "module"),
            _object({"price": {"enum": list(FIELDS)}, **place}, "price"),
            _object({"constant": _number()}, "constant"),
            *percentages,
        ]
    }
