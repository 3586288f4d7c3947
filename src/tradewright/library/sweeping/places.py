"""Where the axes of a sweep stand in the arguments of ``tw.backtest``, and what their values must be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tradewright.core.errors import InputError, UnknownNameError
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.sweep.rule_axes import PREFIX, RULE_AXES, axis_path, check_axis
from tradewright.research.sweep.rule_places import Path, opened
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.strategy.contract import Prepared

# What every combination must have in common: comparisons are shared, and so is the account's currency.
_SHARED = ("tie_tolerance", "currency")


def places_of(
    axes: Mapping[str, Sequence[Any]], strategy: Prepared, rules: Mapping[str, Any]
) -> dict[str, Path]:
    """Return where the value of each axis goes, its values checked to be some that may stand there.

    Parameters
    ----------
    axes
        Name -> values, or those that tell whether all may stand there.
    rules
        Of the caller.

    Raises
    ------
    UnknownNameError
        ``E_PARAMETER_NAME`` for what is neither a parameter nor a rule; names the nearest of both.
    InputError
        ``E_PARAMETER`` for a value that the rule never takes, ``E_GRID`` for a rule that cannot vary.
    """
    places: dict[str, Path] = {}
    base = {**strategy.rules(), **rules}
    for name, values in axes.items():
        if name in strategy.params:
            places[name] = ("params", name)
            continue
        path = _rule(name, strategy)
        if path[0] in _SHARED:
            raise InputError(
                "E_GRID",
                f"'{name}' must be the same in every combination of a sweep.",
                fix="Give it as a rule, and run one sweep for each value.",
                details={"axis": name},
            )
        check_axis(path, values, base)
        places[name] = path
    return places


def without_own_fees(subject: Subject, places: Mapping[str, Path], given: Mapping[str, Any]) -> Subject:
    """Return the subject without the fees of its instrument where an axis is the fee.

    A single run that is given a fee takes none of the instrument's either.

    Parameters
    ----------
    given
        What the caller said; with a venue its fees stand beside the axis.
    """
    if ("fee",) not in places.values() or given.get("venue") is not None:
        return subject
    rules = {
        name: rule
        for name, rule in subject.question.rules.items()
        if name not in {"fee", "maker_fee"} or name in given
    }
    return replace(subject, question=replace(subject.question, rules=rules))


def shared_rules(places: Mapping[str, Path], strategy: Prepared, rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the caller's rules in plain data; one that an axis goes into stands there whole."""
    paths = [path for path in places.values() if path[0] != "params"]
    own = strategy.rules()
    touched = {str(path[0]) for path in paths if len(path) > 1}
    base = {name: own[name] for name in touched & own.keys()} | dict(rules)
    return dict(opened(rules_in_plain(base), paths))


def _rule(name: str, strategy: Prepared) -> Path:
    rule = name.removeprefix(PREFIX).partition(".")[0]
    if name.startswith(PREFIX) or any(one.partition(".")[0] == rule for one in RULE_AXES):
        return axis_path(name)
    known = [*strategy.params, *RULE_AXES]
    raise UnknownNameError("E_PARAMETER_NAME", "parameter or rule", name, known, where="the sweep")
