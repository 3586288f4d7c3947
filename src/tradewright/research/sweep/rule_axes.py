"""Rules as axes of a sweep: what they are called, and which values one may take."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import numpy as np
from pydantic import BaseModel, ValidationError

from tradewright.core.errors import UnknownNameError
from tradewright.core.validation import build
from tradewright.engine.rule_parts import MOST_TARGETS, Target
from tradewright.engine.rules import Rules
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.sweep.rule_places import OWNER, Path, name_of, opened, put
from tradewright.research.sweep.rule_values import RuleValues, telling

PREFIX = "rules."


def axis_path(name: str) -> Path:
    """Return the place in the rules that an axis is about.

    Parameters
    ----------
    name
        A rule, or a part of one behind a dot: ``fee``, ``stop_loss``, ``sizing.value``,
        ``take_profit.2.share`` of the second target. ``rules.`` may stand before it.

    Returns
    -------
    tuple
        Names, and for targets their position from 0: ``("take_profit", 1, "share")``.

    Raises
    ------
    UnknownNameError
        ``E_PARAMETER_NAME`` for what no rule is called; names the nearest.
    """
    asked = name.removeprefix(PREFIX)
    path = _PATHS.get(asked)
    if path is None:
        rule = asked.partition(".")[0]
        of_rule = [axis for axis in RULE_AXES if axis.partition(".")[0] == rule]
        raise UnknownNameError("E_PARAMETER_NAME", "rule", name, of_rule or RULE_AXES, where=OWNER)
    return path


def check_axis(path: Path, values: Sequence[Any], base: Mapping[str, Any] | None = None) -> None:
    """Refuse values that cannot stand at `path` whatever the other rules are.

    Parameters
    ----------
    path
        As :func:`axis_path` gives it.
    values
        As a backtest takes them, words too.
    base
        The other rules in plain data. What they do not allow together with a value is let pass, since other
        axes may change them.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` for a value of the wrong type or out of bounds, as a single run would say it.
    UnknownNameError
        ``E_PARAMETER_NAME`` for a part with a name that it does not have.
    """
    rule = str(path[0])
    part = opened(rules_in_plain(base or {}), [path]).get(rule)
    sorted_values = RuleValues(name_of(path), values, [path])
    for value in _telling(sorted_values, sorted_values.plain[path]):
        alone = {rule: part}
        put(alone, path, value)
        try:
            Rules.model_validate(alone)
        except ValidationError as invalid:
            if any(_is_of(path, error["loc"]) for error in invalid.errors(include_url=False)):
                build(Rules, alone, kind="rule", owner=OWNER)  # which raises it as a run would


def _telling(values: RuleValues, plain: Sequence[Any]) -> Iterator[Any]:
    """Return the values that tell of all: of numbers the ends, since bounds allow a range."""
    for code, numeric in enumerate(values.numeric):
        places = np.flatnonzero(values.classes == code)
        if numeric and len(places):
            places = places[telling(values.numbers[places])]
        yield from (plain[place] for place in places.tolist())


def _is_of(path: Path, location: tuple[int | str, ...]) -> bool:
    """Tell whether an error is about the value itself; what is in brackets nobody wrote."""
    steps = [step for step in location if isinstance(step, int) or not step.startswith("(")]
    return tuple(steps[: len(path)]) == path


def _paths() -> Iterator[Path]:
    for rule, field in Rules.model_fields.items():
        yield (rule,)
        for part in _models_in(field.annotation):
            if part is Target:
                yield from ((rule, number, name) for number in range(MOST_TARGETS) for name in _names(part))
            else:
                yield from ((rule, name) for name in _names(part))


def _names(part: type[BaseModel]) -> list[str]:
    return list(part.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Return the parts of rules that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


_PATHS = {name_of(path): path for path in _paths()}
# What is offered; of several targets the first stands for all.
RULE_AXES = tuple(name for name, path in _PATHS.items() if len(path) < 3 or path[1] == 0)
