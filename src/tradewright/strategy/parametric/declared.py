"""The parameters that a document declares, and the values a sweep gives them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tradewright.strategy.document.constraints import Constraint, read_constraints
from tradewright.strategy.document.cursor import Cursor, snake
from tradewright.strategy.document.parameters import Parameter, bind
from tradewright.strategy.document.reader import owner_of, read_header


def declared_parameters(raw: Mapping[str, Any]) -> dict[str, Parameter]:
    """Return the parameters a document declares: name, type, bounds, usual sweep range, default.

    Raises
    ------
    DocumentError
        When the document's header or a declaration cannot be read.
    """
    return dict(read_header(raw)[1])


def swept_values(raw: Mapping[str, Any], axes: Mapping[str, Sequence[Any]]) -> dict[str, tuple[float, ...]]:
    """Return the values of each axis as the type that its parameter declares; zero has no sign.

    Raises
    ------
    DocumentError
        When the document's header or a declaration cannot be read.
    UnknownNameError, ParameterError
        What a single run with the first wrong name or value raises.
    """
    header, parameters = read_header(raw)
    owner = owner_of(header.id)
    bind(parameters, {name: None for name in axes if name not in parameters}, owner)
    return {name: _typed(parameters[name], values, owner) for name, values in axes.items()}


def constraints_of(raw: Mapping[str, Any]) -> tuple[Constraint, ...]:
    """Return what has to hold between a document's parameters.

    Raises
    ------
    DocumentError
        When one cannot be read.
    """
    place = Cursor(raw).entries().get("constraints")
    if place is None or place.value is None:
        return ()
    return read_constraints(place, list(declared_parameters(raw)))


def without_constraints(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document as it reads when nothing has to hold between its parameters."""
    return {key: value for key, value in raw.items() if snake(key) != "constraints"}


def _typed(parameter: Parameter, values: Iterable[Any], owner: str) -> tuple[float, ...]:
    """Coerce many values; plain numbers without a problem together, which is fifty times as fast."""
    given = tuple(values)
    if not (all(type(value) in {int, float} for value in given) and _fits(parameter, given)):
        given = tuple(parameter.coerce(value, owner) for value in given)
    return tuple(map(int, given)) if parameter.type == "int" else tuple(value + 0.0 for value in given)


def _fits(parameter: Parameter, given: tuple[float, ...]) -> bool:
    """Say whether none of the numbers has a problem, by the two at the ends."""
    try:
        numbers = np.array(given, np.float64)
    except OverflowError:
        return False
    if not numbers.size or not np.isfinite(numbers).all():
        return False
    whole = parameter.type != "int" or bool((numbers == np.floor(numbers)).all())
    ends = float(numbers.min()), float(numbers.max())
    return whole and not any(parameter.problem(end) for end in ends)
