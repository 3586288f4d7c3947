"""Values of axes, checked before anything runs: each by itself, then those of rules with one another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, cast

import numpy as np

from tradewright.core.errors import DataError, InputError, ParameterError, StrategyCodeError, TradewrightError
from tradewright.core.validation import build
from tradewright.engine.rules import Rules
from tradewright.library.api import RuleArguments
from tradewright.library.sweeping.arguments import arguments
from tradewright.research.backtest import window_of
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.surroundings import surroundings_of
from tradewright.research.sweep.combinations.axes import column_of
from tradewright.research.sweep.combinations.ranges import Interval, Steps, finely
from tradewright.research.sweep.combinations.samples import Keep
from tradewright.research.sweep.combinations.values import read_values
from tradewright.research.sweep.rule_places import Path
from tradewright.research.sweep.rule_rows import RuleRows
from tradewright.research.sweep.rule_values import RuleValues, telling
from tradewright.research.sweep.scoring.scorer import base_of
from tradewright.research.sweep.scoring.subject import DIRECTION, Subject
from tradewright.strategy.parametric.declared import swept_values
from tradewright.strategy.prepared import prepare

# Of each axis so many kinds of values, and of all together so many combinations, are looked at beforehand.
_KINDS, _TOGETHER = 6, 256


def telling_of(name: str, given: Any) -> Sequence[Any]:
    """Return values of a range to draw from of which all that may be drawn can be judged."""
    read = read_values(name, given, drawn=True)
    values = finely(read) if isinstance(read, Interval) else read
    if isinstance(values, Steps):
        return values.at(sorted({0, min(1, values.total - 1), values.total - 1}))
    return values


def require_values(source: Any, given: Mapping[str, Any], axes: Mapping[str, Sequence[Any]]) -> None:
    """Refuse values that a parameter of the strategy never takes.

    Parameters
    ----------
    given
        Parameters that are no axis.
    axes
        Those that are parameters, with their values.

    Raises
    ------
    ParameterError
        ``E_PARAMETER``, as a single run says it; and for one that is both given and swept.
    """
    for name in axes:
        if name in given:
            raise _twice("parameter", name)
    if isinstance(source, Mapping):
        few = {name: _telling(values) for name, values in axes.items()}
        swept_values(cast("Mapping[str, Any]", source), few)
        return
    first = {name: values[0] for name, values in axes.items()}
    for name, values in axes.items():
        for value in _telling(values):
            try:
                prepare(source, {**given, **first, name: value})
            except ParameterError as wrong:
                # What it is together with the other values, these need not be in any combination.
                if wrong.details.get("name") == name:
                    raise
            except StrategyCodeError:
                continue  # a constructor may refuse just these values together


def require_apart(places: Mapping[str, Path], rules: Mapping[str, Any]) -> None:
    """Refuse a rule that is both given and swept, and one that two axes are.

    Raises
    ------
    ParameterError
        ``E_PARAMETER``.
    """
    seen: dict[Path, str] = {}
    for name, path in places.items():
        if path[0] != "params" and len(path) == 1 and rules.get(str(path[0])) is not None:
            raise _twice("rule", str(path[0]))
        if path in seen:
            raise ParameterError(
                "E_PARAMETER",
                f"axes '{seen[path]}' and '{name}' are the same.",
                fix="Leave one of them out.",
                details={"names": [seen[path], name]},
            )
        seen[path] = name


def require_rules(
    subject: Subject,
    axes: Mapping[str, Sequence[Any]],
    places: Mapping[str, Path],
    shared: Mapping[str, Any],
    keep: Keep | None,
) -> None:
    """Refuse kinds of rules that do not go together, such as a size by risk where there is no stop.

    Of each axis some values that tell are looked at, in all combinations that count.

    Raises
    ------
    TradewrightError
        What a single run of the combination raises.
    """
    if all(path[0] == "params" for path in places.values()):
        return
    index = _together(axes, places)
    if keep is not None:
        kept = keep({name: column_of([axes[name][at] for at in where]) for name, where in index.items()})
        index = {name: where[kept] for name, where in index.items()}
    leaves = {path: name for name, path in places.items() if path[0] != "params"}
    rules = rules_in_plain({**base_of(subject).rules(), **subject.question.rules})
    rows = RuleRows(rules, leaves, axes, subject.bars.instrument)
    try:
        rows.table(index)
    except TradewrightError:
        # Other parameters may bring other rules: only what a run of its own refuses is refused.
        for values in _rows(index, axes):
            require_one(subject.source, arguments(values, places, shared))


def require_one(source: Any, alone: Mapping[str, Any]) -> Rules:
    """Return the rules of a backtest with these arguments.

    Raises
    ------
    TradewrightError
        What it says of them, ``E_PARAMETER`` for the most part.
    """
    rules = {name: value for name, value in alone.items() if name in RuleArguments.__annotations__}
    strategy = prepare(source, alone["params"], direction=rules.get(DIRECTION))
    return build(Rules, rules_in_plain({**strategy.rules(), **rules}), kind="rule", owner="the sweep")


def notes_around(subject: Subject, rules: Rules) -> list[str]:
    """Return what limits the trust in what lies around the bars, each ``CODE: sentence``.

    Raises
    ------
    TradewrightError
        Where it does not fit the bars or the `rules`: ``E_FINER``, ``E_NO_RATE``, ``E_EVENT`` ...
    """
    bars, question = subject.bars, subject.question
    start, stop, _ = window_of(base_of(subject), bars, question)
    said = surroundings_of(bars.slice(0, stop), rules, question.world, start)[1]
    return [f"{caution.code}: {caution.message}" for caution in said]


def _together(axes: Mapping[str, Sequence[Any]], places: Mapping[str, Path]) -> dict[str, Any]:
    """Return combinations of values that tell, each value by its place in its axis."""
    of_rules = [name for name in axes if places[name][0] != "params"]
    few = [_kinds(name, axes[name], places[name]) for name in of_rules]
    rows = np.array([row for row, _ in zip(product(*few), range(_TOGETHER), strict=False)], np.int64)
    rows = rows.reshape(-1, len(of_rules))
    # Parameters go through their values meanwhile, so that conditions leave some of each.
    steps = {name: np.arange(len(rows)) % len(values) for name, values in axes.items()}
    return steps | {name: rows[:, at] for at, name in enumerate(of_rules)}


def _kinds(name: str, values: Sequence[Any], path: Path) -> list[int]:
    """Return the first value of each kind: None, a number, a word."""
    some = values if len(values) <= _TOGETHER else [values[at] for at in range(_TOGETHER)]
    classes = RuleValues(name, some, [path]).classes
    return np.sort(np.unique(classes, return_index=True)[1])[:_KINDS].tolist()


def _rows(index: Mapping[str, Any], axes: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for row in range(next(iter(index.values())).size):
        yield {name: axes[name][int(where[row])] for name, where in index.items()}


def _telling(values: Sequence[Any]) -> Sequence[Any]:
    """Return the values that tell of all: of numbers the ends and the first with a fraction."""
    plain = list(values)
    if not all(type(value) in {int, float} for value in plain):
        return plain
    try:
        return [plain[at] for at in telling(np.array(plain, np.float64))]
    except OverflowError:
        return plain


def _twice(kind: str, name: str) -> InputError:
    return ParameterError(
        "E_PARAMETER",
        f"{kind} '{name}' is both set to one value and swept.",
        fix="Leave it out of one of the two.",
        details={"name": name},
    )


def require_bars(subject: Subject, alone: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a series on which none of some combinations can ever decide.

    Parameters
    ----------
    alone
        Their parameters.

    Raises
    ------
    DataError
        ``E_TOO_FEW_BARS``, for the one that needs least.
    """
    bars, question = subject.bars, subject.question
    fewest: int | None = None
    for params in alone:
        strategy = prepare(
            subject.source, {**subject.params, **params}, direction=question.rules.get(DIRECTION)
        )
        start, stop, _ = window_of(strategy, bars, question)
        warmup = strategy.warmup(bars.slice(0, stop))
        if stop > max(warmup, start):
            return
        fewest = min(warmup, fewest or warmup)
    if fewest is not None:
        raise DataError(
            "E_TOO_FEW_BARS",
            f"the combinations need {fewest + 1:,} bars and more to decide; {bars.symbol} has {len(bars):,}.",
            fix="Use a longer series, or shorter periods.",
            details={"needed": fewest + 1, "bars": len(bars)},
        )
