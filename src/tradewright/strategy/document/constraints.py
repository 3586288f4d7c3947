"""What must hold between parameters: ``"fast < slow"``, read and checked without evaluating code."""

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradewright.core.errors import ParameterError
from tradewright.strategy.document.cursor import Cursor

_OPERATORS = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
_SHAPE = re.compile(r"\s*([\w.+-]+)\s*(<=|>=|!=|==|<|>)\s*([\w.+-]+)\s*")


@dataclass(frozen=True, slots=True)
class Constraint:
    """One comparison between two parameters, or a parameter and a number."""

    text: str
    left: str | float
    symbol: str
    right: str | float

    def check(self, values: Mapping[str, float], owner: str) -> None:
        """Compare the bound `values`.

        Raises
        ------
        ParameterError
            ``E_PARAMETER`` naming the values that break it.
        """
        names = [side for side in (self.left, self.right) if isinstance(side, str)]
        left, right = (values[side] if isinstance(side, str) else side for side in (self.left, self.right))
        if not _OPERATORS[self.symbol](left, right):
            got = ", ".join(f"{name}={values[name]:g}" for name in names)
            raise ParameterError(
                "E_PARAMETER",
                f"{owner} needs {self.text}, got {got}.",
                details={"constraint": self.text, "values": {name: values[name] for name in names}},
            )


def read_constraints(place: Cursor | None, parameters: Sequence[str]) -> tuple[Constraint, ...]:
    """Read the ``constraints`` list of a document."""
    return () if place is None else tuple(_read(item, parameters) for item in place.items())


def _read(place: Cursor, parameters: Sequence[str]) -> Constraint:
    match = _SHAPE.fullmatch(place.text())
    if match is None:
        place.fail(
            f"cannot read {place.text()!r}.",
            fix="Write '<parameter> < <parameter or number>', as 'fast < slow'.",
        )
    left, right = (_side(place, text, parameters) for text in (match[1], match[3]))
    if not (isinstance(left, str) or isinstance(right, str)):
        place.fail(f"{place.text()!r} names no parameter.")
    return Constraint(f"{match[1]} {match[2]} {match[3]}", left, match[2], right)


def _side(place: Cursor, text: str, parameters: Sequence[str]) -> str | float:
    if text in parameters:
        return text
    try:
        return float(text)
    except ValueError:
        place.unknown("parameter", text, parameters)
