"""The named, typed, bounded parameters of a document: declared, bound, and put where they are named."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tradewright.core.errors import ParameterError, UnknownNameError
from tradewright.strategy.document.cursor import Cursor, shown

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LARGEST_INT = 2**53
_TYPES: tuple[Literal["int", "float"], ...] = ("int", "float")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a user may turn.

    Attributes
    ----------
    name
        As in ``--param name=value`` and ``{"parameter": "name"}``.
    type
        ``int`` or ``float``.
    default
        Used when nothing is given.
    minimum, maximum
        Bounds, both included; None for none.
    sweep
        ``(low, high, step)``, its usual range in a sweep.
    title, description
        For people.
    """

    name: str
    type: Literal["int", "float"]
    default: float
    minimum: float | None = None
    maximum: float | None = None
    sweep: tuple[float, float, float] | None = None
    title: str = ""
    description: str = ""

    def problem(self, value: float) -> str:
        """Return what is wrong with `value`, or nothing."""
        if self.type == "int" and not float(value).is_integer():
            return "should be a whole number"
        if self.type == "int" and abs(value) > _LARGEST_INT:
            return f"should be at most {_LARGEST_INT:,}, beyond which whole numbers are not told apart"
        if self.minimum is not None and value < self.minimum:
            return f"should be {self.minimum:g} or more"
        if self.maximum is not None and value > self.maximum:
            return f"should be {self.maximum:g} or less"
        return ""

    def coerce(self, given: Any, owner: str) -> float:
        """Return `given`, which may be text from a command line, as this parameter's type.

        Raises
        ------
        ParameterError
            ``E_PARAMETER`` when it is no such number or out of bounds.
        """
        number = _number(given)
        wanted = "a whole number" if self.type == "int" else "a number"
        problem = f"should be {wanted}" if number is None else self.problem(number)
        if number is None or problem:
            raise ParameterError(
                "E_PARAMETER",
                f"parameter '{self.name}' of {owner} is {shown(given)}: {problem}.",
                fix=self._range(),
                details={"name": self.name, "value": given, "owner": owner},
            )
        return self._typed(number)

    def to_dict(self) -> dict[str, Any]:
        """Return the declaration as plain data, in the document's words."""
        return {
            "name": self.name,
            "type": self.type,
            "default": self.default,
            "min": self.minimum,
            "max": self.maximum,
            "sweep": None if self.sweep is None else list(self.sweep),
            "title": self.title,
            "description": self.description,
        }

    def _typed(self, number: float) -> float:
        return int(number) if self.type == "int" else float(number)

    def _range(self) -> str:
        low = "" if self.minimum is None else f" from {self.minimum:g}"
        high = "" if self.maximum is None else f" to {self.maximum:g}"
        kind = "whole numbers" if self.type == "int" else "numbers"
        return f"It takes {kind}{low}{high}, {self.default:g} by default."


def declared(place: Cursor | None) -> dict[str, Parameter]:
    """Read the ``parameters`` section of a document."""
    if place is None:
        return {}
    return {name: _declare(name, place.child(name)) for name in place.mapping()}


def bind(parameters: Mapping[str, Parameter], given: Mapping[str, Any], owner: str) -> dict[str, float]:
    """Return every parameter's value: the given one, else its default.

    Raises
    ------
    UnknownNameError
        ``E_PARAMETER_NAME`` for a name that is not declared.
    ParameterError
        ``E_PARAMETER`` for a value of the wrong type or out of bounds.
    """
    for name in given:
        if name in parameters:
            continue
        if not parameters:
            raise ParameterError(
                "E_PARAMETER_NAME",
                f"{owner} has no parameters, so '{name}' cannot be set.",
                details={"name": name, "owner": owner, "choices": []},
            )
        raise UnknownNameError("E_PARAMETER_NAME", "parameter", name, parameters, where=owner)
    return {
        name: declaration.coerce(given[name], owner) if name in given else declaration.default
        for name, declaration in parameters.items()
    }


@dataclass(slots=True)
class Substitution:
    """Replaces each ``{"parameter": name}`` by the bound value, and remembers which were used."""

    values: Mapping[str, float]
    used: set[str] = field(default_factory=set[str])

    def apply(self, place: Cursor) -> Any:
        """Return the value at `place` with every reference replaced."""
        value = place.value
        if isinstance(value, Mapping):
            keys = place.mapping()
            if set(keys) == {"parameter"}:
                return self._value(place.child("parameter"))
            return {key: self.apply(place.child(key)) for key in keys}
        if isinstance(value, list | tuple):
            return [self.apply(item) for item in place.items()]
        return value

    def _value(self, place: Cursor) -> float:
        name = place.text()
        if name not in self.values:
            if not self.values:
                place.fail(f"parameter '{name}' is not declared.", fix="Declare it under 'parameters'.")
            place.unknown("parameter", name, self.values)
        self.used.add(name)
        return self.values[name]


def _declare(name: str, place: Cursor) -> Parameter:
    if not _NAME.fullmatch(name):
        place.fail("a parameter's name starts with a letter and has only letters, digits and '_'.")
    fields = place.fields("type", "default", "min", "max", "sweep", "title", "description")
    for needed in ("type", "default"):
        if needed not in fields:
            place.fail(f"the parameter has no '{needed}'.", fix='For example {"type": "int", "default": 20}.')
    parameter = Parameter(
        name=name,
        type="int" if fields["type"].choice(_TYPES, "parameter type") == "int" else "float",
        default=fields["default"].number(),
        minimum=fields["min"].number() if "min" in fields else None,
        maximum=fields["max"].number() if "max" in fields else None,
        sweep=_sweep(fields["sweep"]) if "sweep" in fields else None,
        title=fields["title"].text() if "title" in fields else "",
        description=fields["description"].text() if "description" in fields else "",
    )
    problem = parameter.problem(parameter.default)
    if problem:
        fields["default"].fail(f"{parameter.default:g} {problem}.")
    return replace(parameter, default=parameter.coerce(parameter.default, name))


def _sweep(place: Cursor) -> tuple[float, float, float]:
    numbers = [item.number() for item in place.items()]
    if len(numbers) != 3 or numbers[0] > numbers[1] or numbers[2] <= 0:
        place.fail("a sweep is [low, high, step], low not above high, step above 0.")
    low, high, step = numbers
    return low, high, step


def _number(given: Any) -> float | None:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
