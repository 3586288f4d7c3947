"""A finished run as far as two runs are compared, and what differs in how they were asked."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from pydantic import ValidationError

from tradewright.core.canonical import digest
from tradewright.engine.columns import SIDES
from tradewright.engine.rules import Rules
from tradewright.research.manifest import iso

_SHORT = 12
_UNITS = {"percent": " %", "atr": " ATR", "chandelier": " chandelier", "r": " R", "price": ""}
_WITH_PERIOD = ("atr", "chandelier")
_SIZING = "sizing"
_WITHOUT_VALUE = ("all-in", "column")
# Sections of a document that its rules repeat, but for the operands of prices.
_OF_RULES = ("entry", "exit", "fills")
_KINDS = ("strategy", "parameter", "rule", "data", "measure", "version")
_OWN_TO_PYTHON = ("params", "rules")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One run.

    Attributes
    ----------
    label
        What it is called in a table.
    facts, manifest, metrics
        As the run has them.
    fills, trades, equity
        Named arrays of equal length; times are int64 UTC nanoseconds.
    envelope
        Each metric as its pair; None when it is not known.
    """

    label: str
    facts: Mapping[str, Any]
    manifest: Mapping[str, Any]
    metrics: Mapping[str, Any]
    fills: Mapping[str, Any]
    trades: Mapping[str, Any]
    equity: Mapping[str, Any]
    envelope: Mapping[str, Any] | None = None

    @property
    def result_hash(self) -> str:
        """SHA-256 of fills and equity."""
        return str(self.facts["result_hash"])


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that runs were asked differently: its kind, its name, and its value in each run.

    Kinds are ``strategy parameter rule data measure version``; a value of None is "not there".
    """

    kind: str
    name: str
    values: tuple[Any, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        return {"kind": self.kind, "name": self.name, "values": list(self.values)}


def differences(runs: Sequence[Evidence]) -> list[Difference]:
    """Return what the runs were asked differently: strategy, parameters, rules, data, measures, version."""
    settings = [dict(_settings(run)) for run in runs]
    keys = list(dict.fromkeys(key for found in settings for key in found))
    rows = [Difference(*key, tuple(found.get(key) for found in settings)) for key in keys]
    odd = [row for row in rows if any(value != row.values[0] for value in row.values[1:])]
    return sorted(_without_echoes(odd), key=lambda row: _KINDS.index(row.kind))


def _without_echoes(odd: list[Difference]) -> list[Difference]:
    """Leave out that the decisions differ where their parameters or the strategy already say why."""
    why = any(row.kind == "parameter" or (row.kind, row.name) == ("strategy", "id") for row in odd)
    return [row for row in odd if not (why and row.name == "decisions")]


def _settings(run: Evidence) -> Iterator[tuple[tuple[str, str], Any]]:
    facts, manifest = run.facts, run.manifest
    yield ("strategy", "id"), facts["strategy"]
    yield from _code(manifest["strategy"])
    params = facts.get("params") or manifest["strategy"].get("params", {})
    yield from ((("parameter", name), value) for name, value in params.items())
    yield from ((("rule", name), rule_in_words(name, value)) for name, value in _rules(manifest).items())
    series, window = manifest["series"], manifest["window"]
    yield from ((("data", name), value) for name, value in series["instrument"].items())
    yield ("data", "timeframe"), series["timeframe"]
    yield ("data", "checksum"), series["checksum"][:_SHORT]
    around: Mapping[str, Mapping[str, Any]] = manifest.get("world", {})
    yield from ((("data", name), part["checksum"][:_SHORT]) for name, part in around.items())
    yield from ((("data", f"venue {name}"), value) for name, value in manifest.get("venue", {}).items())
    yield from ((("data", name), window[name]) for name in ("start", "end", "bars"))
    yield ("measure", "risk_free"), manifest["metrics"]["risk_free"]
    benchmark = manifest["metrics"]["benchmark"]
    yield ("measure", "benchmark"), None if benchmark is None else benchmark[:_SHORT]
    yield ("measure", "seed"), manifest["seed"]
    yield ("version", "tradewright"), manifest["tradewright"]


def _rules(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a run's rules as this version writes them, those that an older one had not at their defaults.

    Rules that this version does not take stay as they are.
    """
    try:
        return Rules.model_validate(manifest["rules"]).model_dump(mode="json")
    except ValidationError:
        return manifest["rules"]


def _code(strategy: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    if "python" in strategy:
        own = {name: value for name, value in strategy.items() if name not in _OWN_TO_PYTHON}
        yield ("strategy", "code"), digest(own)[:_SHORT]
    else:
        decides = {name: value for name, value in strategy.items() if name not in _OF_RULES}
        orders = {name: strategy[name] for name in _OF_RULES if name in strategy}
        yield ("strategy", "decisions"), digest({**decides, "prices": _own_prices(orders)})[:_SHORT]


def _own_prices(part: Any) -> Any:
    """Return what no rule says of how a document orders: the operands that its prices come from."""
    if isinstance(part, list):
        found = [_own_prices(item) for item in cast("list[Any]", part)]
        return found if any(found) else None
    if not isinstance(part, dict):
        return None
    fields = cast("dict[str, Any]", part).items()
    return {
        name: known for name, value in fields if (known := value if name in SIDES else _own_prices(value))
    }


def rule_in_words(name: str, value: Any) -> Any:
    """Return a rule's value as one word or number: ``2 %``, ``risk:0.01``, ``stop 1 %, lifetime 3``."""
    if isinstance(value, list | tuple):
        targets = cast("list[dict[str, Any]]", value)
        return ", ".join(
            f"{rule_in_words(name, target)} for {100 * target['share']:g} %" for target in targets
        )
    if not isinstance(value, dict):
        return value
    record = cast("dict[str, Any]", value)
    if name == _SIZING:
        return record["kind"] if record["kind"] in _WITHOUT_VALUE else f"{record['kind']}:{record['value']:g}"
    if record.get("kind") == "market":
        return "market"
    return f"{record.get('kind', '')} {_distance(record)}{_more(record)}".lstrip()


def _distance(record: dict[str, Any]) -> str:
    """Return how far away something stands: an entry, a level or trailing stop, a break-even."""
    unit = record["unit"]
    if unit == "column":
        return unit
    far = record["offset" if "kind" in record else "value" if "value" in record else "after"]
    return f"{far:g}{_UNITS[unit]}" + (f"({record['period']})" if unit in _WITH_PERIOD else "")


def _more(record: dict[str, Any]) -> str:
    """Return the fields of a record that do something beside its distance."""
    idle = {"through": 0, "lifetime": 1} | ({"offset": 0} if "kind" not in record else {})
    idle |= {"after": 0} if "value" in record else {}
    odd = {name: record[name] for name, nothing in idle.items() if record.get(name, nothing) != nothing}
    return "".join(f", {name} {'forever' if value is None else value}" for name, value in odd.items())


def first_difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> int | None:
    """Return the first row in which two tables differ; None when they are equal to the bit.

    Columns that only one version has are not compared.
    """
    lengths = [len(next(iter(table.values()))) for table in (one, other)]
    common = min(lengths)
    odd = np.zeros(common, dtype=bool)
    for name in one:
        if name not in other:
            continue
        left, right = np.asarray(one[name])[:common], np.asarray(other[name])[:common]
        both_empty = (left != left) & (right != right)  # noqa: PLR0124 - NaN is the one that is not itself
        odd |= (left != right) & ~both_empty
    if odd.any():
        return int(odd.argmax())
    return None if lengths[0] == lengths[1] else common


def row_of(table: Mapping[str, Any], index: int) -> dict[str, Any] | None:
    """Return one row of a table as Python values; None behind its end."""
    if index >= len(next(iter(table.values()))):
        return None
    return {name: np.asarray(column)[index].item() for name, column in table.items()}


def readable(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a row as JSON holds it: times as ISO 8601, None for numbers that JSON lacks."""
    return None if row is None else {name: _readable(name, value) for name, value in row.items()}


def _readable(name: str, value: Any) -> Any:
    if name.endswith("time"):
        return iso(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
