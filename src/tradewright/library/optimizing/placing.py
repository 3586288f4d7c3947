"""Where a searched name stands in the arguments of ``tw.backtest``, and the conditions over such names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import UnknownNameError
from tradewright.library.optimizing.described import Path
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.search.dimensions import Choice, Dimension, SearchSpace
from tradewright.research.sweep.rule_axes import PREFIX, RULE_AXES, axis_path, check_axis
from tradewright.research.sweep.rule_places import opened
from tradewright.research.sweep.where import Where, read_where
from tradewright.strategy.contract import Prepared


def places_of(space: SearchSpace, strategy: Prepared, rules: Mapping[str, Any]) -> dict[str, Path]:
    """Return where the value of each searched name goes: into a parameter of the strategy, else into a rule.

    Raises
    ------
    UnknownNameError
        ``E_PARAMETER_NAME`` for what is neither; names the nearest of both.
    ParameterError
        ``E_PARAMETER`` for a value that the rule never takes.
    """
    places: dict[str, Path] = {}
    base = {**strategy.rules(), **rules}
    for dimension in space.dimensions:
        name = dimension.name
        if name in strategy.params:
            places[name] = ("params", name)
            continue
        places[name] = _rule(name, strategy)
        check_axis(places[name], _telling(dimension), base)
    return places


def shared_rules(places: Mapping[str, Path], strategy: Prepared, rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the caller's rules in plain data; one that a searched part goes into stands there whole."""
    paths = [path for path in places.values() if path[0] != "params"]
    own = strategy.rules()
    touched = {str(path[0]) for path in paths if len(path) > 1}
    base = {name: own[name] for name in touched & own.keys()} | dict(rules)
    return dict(opened(rules_in_plain(base), paths))


def _telling(dimension: Dimension) -> Sequence[Any]:
    """Return the values of a dimension; of a continuous one the ends tell of all."""
    if isinstance(dimension, Choice):
        return dimension.values
    return [dimension.value(dimension.low), dimension.value(dimension.high)]


def _rule(name: str, strategy: Prepared) -> Path:
    rule = name.removeprefix(PREFIX).partition(".")[0]
    if name.startswith(PREFIX) or any(one.partition(".")[0] == rule for one in RULE_AXES):
        return axis_path(name)
    known = [*strategy.params, *RULE_AXES]
    raise UnknownNameError("E_PARAMETER_NAME", "parameter or rule", name, known, where="the space")


@dataclass(frozen=True, slots=True)
class Given:
    """A condition over searched values, and over parameters whose value is given."""

    where: Where
    fixed: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The condition as written."""
        return self.where.text

    def keep(self, values: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Say for each combination whether it may be scored."""
        return self.where.keep({**self.fixed, **values})


def condition_of(
    where: str | Sequence[str] | None, own: Sequence[str], searched: Collection[str], fixed: Mapping[str, Any]
) -> Given | None:
    """Read the caller's conditions together with those that the strategy's document states.

    Parameters
    ----------
    own
        The document's, such as ``fast < slow``.
    fixed
        Values of parameters that are not searched.

    Raises
    ------
    InputError
        ``E_WHERE`` for a condition that cannot be read, or an unknown name.
    """
    asked = [where] if isinstance(where, str) else list(where or ())
    plain = {name: value for name, value in fixed.items() if name not in searched}
    both = read_where([*asked, *own], [*searched, *plain])
    return None if both is None else Given(both, plain)
