"""Running a run again from what was kept of it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, InputError
from tradewright.engine.rules import Rules
from tradewright.library.runs.bars import bars_of, benchmark_of, world_of_run
from tradewright.library.runs.code import revived
from tradewright.research.around.world import World
from tradewright.research.backtest import Answer, Question, backtest
from tradewright.strategy.contract import Prepared
from tradewright.strategy.prepared import prepare


class Instead(NamedTuple):
    """What is used instead of what was kept, where it is given.

    Attributes
    ----------
    bars, benchmark, world
        Prices, cut where the run's window ended, and what lies around them.
    strategy
        An object of a class that the run had no text of.
    """

    bars: Bars | None = None
    benchmark: Bars | None = None
    world: World | None = None
    strategy: Any = None


def run_again(
    manifest: Mapping[str, Any],
    origin: Mapping[str, Any],
    facts: Mapping[str, Any],
    instead: Instead = Instead(),  # noqa: B008 - it cannot be changed
) -> Answer:
    """Run again what `manifest`, `origin` and `facts` of a run describe.

    Raises
    ------
    DataError
        ``E_RUN_DATA`` when the bars are gone, ``E_RUN_STRATEGY`` when the strategy's code was not kept,
        ``E_RUN_VERSION`` for a run under rules that this version does not have.
    """
    _require_known_rules(manifest)
    bars, benchmark, world, strategy = instead
    series = bars_of(manifest, origin) if bars is None else bars
    question = Question(
        rules=dict(manifest["rules"]),
        start=manifest["window"]["start"],
        end=manifest["series"]["last"],
        risk_free=manifest["metrics"]["risk_free"],
        benchmark=benchmark_of(manifest, origin) if benchmark is None else benchmark,
        world=world_of_run(manifest, origin) if world is None else world,
        venue=manifest.get("venue"),
    )
    with _prepared(manifest, origin, facts, strategy) as ready:
        if strategy is None:
            # The canonical document says what is decided, and nothing else.
            ready.id, ready.title = facts["strategy"], facts["title"]
            ready.params = facts.get("params", ready.params)
        return backtest(ready, series, question)


def require_same(answer: Answer, result_hash: str) -> Answer:
    """Return `answer` when it is what the run gave.

    Raises
    ------
    DataError
        ``E_RUN_OTHER`` when it is not.
    """
    if answer.result_hash != result_hash:
        raise DataError(
            "E_RUN_OTHER",
            "the run gives another result now, so that nothing can be added to the one that was kept.",
            fix="See why with: tradewright reproduce RUN.",
            details={"kept": result_hash, "now": answer.result_hash},
        )
    return answer


def _require_known_rules(manifest: Mapping[str, Any]) -> None:
    unknown = sorted(set(manifest["rules"]) - set(Rules.model_fields))
    if unknown:
        version = manifest["tradewright"]
        raise DataError(
            "E_RUN_VERSION",
            f"the run was made by version {version} under rules that this one does not have: {unknown[0]}.",
            fix=f"Run it again with tradewright=={version}.",
            details={"version": version, "rules": unknown},
        )


@contextmanager
def _prepared(
    manifest: Mapping[str, Any], origin: Mapping[str, Any], facts: Mapping[str, Any], strategy: Any
) -> Generator[Prepared]:
    """Yield the strategy ready to run; text that was kept lives only as long as it runs."""
    form = manifest["strategy"]
    if strategy is not None:
        yield _with_params_it_has(strategy, facts.get("params") or {}, manifest["rules"]["direction"])
    elif "python" in form:
        with revived(form, origin.get("code", {})) as kind:
            yield prepare(kind, form["params"])
    else:
        yield prepare(form)


def _with_params_it_has(strategy: Any, params: Mapping[str, Any], direction: Any) -> Prepared:
    """Bind the run's parameters; those that another strategy does not have are a difference, no fault."""
    bound = dict(params)
    while True:
        try:
            return prepare(strategy, bound, direction=direction)
        except InputError as unknown:
            name = str(unknown.details.get("name"))
            if unknown.code != "E_PARAMETER_NAME" or name not in bound:
                raise
            del bound[name]
