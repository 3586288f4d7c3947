"""An explanation: steps in order, each with its rules and the numbers behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradewright.research.explanation.figures import moment, plain
from tradewright.research.html_table import html_table
from tradewright.research.manifest import iso


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened.

    Attributes
    ----------
    time
        UTC nanoseconds: the close that decided, or the open of the bar that filled.
    text
        What happened, in sentences; numbers are rounded.
    rules
        Numbers of the rules of engine.md that it follows, such as ``("3.3", "4.1")``.
    numbers
        The same to the last digit, as plain data.
    """

    time: int
    text: str
    rules: tuple[str, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """Return the step as plain data; None for what no JSON number can say."""
        return {
            "time": iso(self.time),
            "text": self.text,
            "rules": list(self.rules),
            "numbers": plain(dict(self.numbers)),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a trade went as it did, from the close that decided it to its result.

    Attributes
    ----------
    number
        Of the trade, from 1 as reports count: the closed ones by exit, then what is still open.
    title
        The trade on one line.
    steps
        What happened, in order; the last one is the result.
    """

    number: int
    title: str
    steps: tuple[Step, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data: ``trade``, ``title`` and ``steps``."""
        return {"trade": self.number, "title": self.title, "steps": [step.to_dict() for step in self.steps]}

    def __str__(self) -> str:
        """Return the title, and a paragraph for each step with its rules behind."""
        return "\n".join([self.title, *(f"  {line}" for line in self._lines())])

    def _repr_html_(self) -> str:
        """Show the same in a notebook."""
        return html_table(self.title, ("",), (), self._lines())

    def _lines(self) -> list[str]:
        return [f"{moment(step.time)}  {step.text}{cited(step.rules)}" for step in self.steps]


def cited(rules: tuple[str, ...]) -> str:
    """Return rule numbers as they stand behind a sentence."""
    return f" [{', '.join(rules)}]" if rules else ""
