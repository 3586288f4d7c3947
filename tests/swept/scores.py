"""The scores of combinations beside the metrics of single runs."""

from dataclasses import replace
from typing import Any

import numpy as np

from tests.swept.subjects import Sweep
from tradewright.core.errors import TradewrightError
from tradewright.research.backtest import backtest
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.sweep.rule_axes import axis_path
from tradewright.research.sweep.rule_places import opened, put
from tradewright.research.sweep.scoring.scorer import Scored, Scorer
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.strategy.prepared import prepare

RELATIVE = 1e-9
PLENTY = 100_000_000


def scorer_of(sweep: Sweep) -> Scorer:
    return Scorer(
        Subject(sweep.source, sweep.params, sweep.bars, sweep.question, sweep.metrics, sweep.memory)
    )


def least_memory(sweep: Sweep) -> int:
    """Return the smallest budget that is not refused."""
    try:
        scorer_of(sweep._replace(memory=1))
    except TradewrightError as refused:
        return int(refused.details["needed"]) + 1
    return 1


def scored(sweep: Sweep, rows: Any = None) -> Scored:
    """Return the scores of combinations, by default of all."""
    index = sweep.index if rows is None else {name: at[rows] for name, at in sweep.index.items()}
    return scorer_of(sweep).over(sweep.axes).score(index)


def single(sweep: Sweep, row: int) -> dict[str, Any]:
    """Return the metrics of one combination, run by itself."""
    values = sweep.values(row)
    own = {name: value for name, value in values.items() if name in sweep.parameters}
    rules = {name: value for name, value in values.items() if name not in sweep.parameters}
    whole = {name: value for name, value in rules.items() if "." not in name.removeprefix("rules.")}
    given = {**sweep.question.rules, **{name.removeprefix("rules."): value for name, value in whole.items()}}
    inside = {axis_path(name): value for name, value in rules.items() if name not in whole}
    strategy = prepare(sweep.source, {**sweep.params, **own}, direction=given.get("direction"))
    if inside:
        plain = opened(rules_in_plain({**strategy.rules(), **given}), list(inside))
        for path, value in inside.items():
            put(plain, path, value)
        given = plain
    return backtest(strategy, sweep.bars, replace(sweep.question, rules=given)).metrics


def expected(sweep: Sweep) -> dict[int, dict[str, Any]]:
    """Return the metrics of the combinations that a single run does not refuse."""
    found: dict[int, dict[str, Any]] = {}
    for row in range(sweep.count):
        try:
            found[row] = single(sweep, row)
        except TradewrightError:
            continue
    return found


def _has_defaults(sweep: Sweep) -> bool:
    """Say whether the strategy can be read with its defaults, which says where the window begins."""
    try:
        prepare(sweep.source, sweep.params, direction=sweep.question.rules.get("direction"))
    except TradewrightError:
        return False
    return True


def compare(sweep: Sweep, *, every: bool = False) -> list[str]:
    """Where the scores of combinations differ from single runs; `every` one has to be possible."""
    wanted = expected(sweep)
    if every and len(wanted) < sweep.count:
        return [f"{sweep.count - len(wanted)} of {sweep.count} single runs are refused"]
    if not wanted or not _has_defaults(sweep):
        return []
    rows = np.array(list(wanted))
    try:
        got = scored(sweep, rows)
    except TradewrightError as error:
        if error.code == "E_MEMORY" and sweep.memory < PLENTY:
            return []
        return [str(error)]
    except Exception as error:  # noqa: BLE001 - whatever it raises on what single runs take is a find
        return [f"{type(error).__name__}: {error}"]
    return [
        f"{metric} of {sweep.values(row)}: {got.metrics[metric][at]!r} instead of {wanted[row][metric]!r}"
        for at, row in enumerate(rows.tolist())
        for metric in sweep.metrics
        if not same(got.metrics[metric][at], wanted[row][metric])
    ]


def same(got: float, wanted: float | None) -> bool:
    """NaN exactly where there is none; else nine digits."""
    if wanted is None or np.isnan(got):
        return wanted is None and bool(np.isnan(got))
    return got == wanted or abs(got - wanted) <= RELATIVE * max(1.0, abs(wanted))
