"""``tw.compare`` and ``tw.reproduce``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tradewright.core.bars import Bars
from tradewright.core.errors import TradewrightError
from tradewright.library.loading import load
from tradewright.library.run import Run
from tradewright.library.run_stored import open_run
from tradewright.library.run_view import RunView
from tradewright.library.runs.again import Instead, run_again
from tradewright.library.runs.bars import given_bars, matching
from tradewright.library.runs.code import changed_files
from tradewright.library.runs.shelf import RunShelf
from tradewright.library.strategies import load_strategy
from tradewright.research.compare import Comparison
from tradewright.research.compare import compare as compare_evidence
from tradewright.research.evidence import Evidence
from tradewright.research.reproduce import Reproduction, reproduction_of
from tradewright.strategy.prepared import prepare

_SHORT = 12
Reference = str | Path | RunView


def compare(*runs: Reference) -> Comparison:
    """Put 2 to 20 runs side by side.

    Parameters
    ----------
    *runs
        Runs, or what :func:`open_run` finds one by. The first is what the others are compared with.

    Returns
    -------
    Comparison
        What they were asked differently, their metrics with the better ones marked, whether their
        results are equal to the bit, and the first fill that differs.

    Raises
    ------
    InputError
        ``E_COMPARE`` for too few or too many, ``E_RUN`` for a run that is not there.
    """
    found = [open_run(run) for run in runs]
    labels = _labels([_called(given, run) for given, run in zip(runs, found, strict=True)])
    return compare_evidence([evidence_of(run, label) for run, label in zip(found, labels, strict=True)])


def reproduce(run: Reference, *, bars: Bars | str | Path | None = None, strategy: Any = None) -> Reproduction:
    """Run a run again from what was kept of it, and say whether it comes to the same.

    A strategy of the user's own is run from the text that was kept with the run: reproduce only runs of
    people whose code you would run.

    Parameters
    ----------
    run
        A run, or what :func:`open_run` finds one by.
    bars
        To be used instead of what was kept: bars, or what :func:`tradewright.load` reads; a file is read
        as the run's own was (symbol, bar length, time zone ...).
    strategy
        To be used instead of what was kept: anything that :func:`tradewright.backtest` takes, with the
        run's parameters as far as it has them.

    Returns
    -------
    Reproduction
        Whether it is the same, and what differs: data, version, rules, strategy, the first trade.

    Raises
    ------
    DataError
        ``E_RUN_DATA`` when the bars are gone, ``E_RUN_STRATEGY`` when the strategy's code was not kept.
    InputError
        ``E_BARS`` when `bars` are none.
    """
    kept = open_run(run)
    given = None if bars is None else given_bars(bars, kept.manifest, kept.origin)
    chosen = load_strategy(strategy) if isinstance(strategy, str) else strategy
    benchmark = world = None
    if isinstance(kept, Run):
        # What is at hand need not be looked for.
        given, benchmark = kept.bars if given is None else given, kept.benchmark
        world = kept.world
        chosen = kept.given_object if chosen is None else chosen
    instead = Instead(given, benchmark, world, chosen)
    again = run_again(kept.manifest, kept.origin, kept.facts, instead)
    now = Run(again)
    notes = [*(_of_strategy(kept) if strategy is None else ()), *(_of_data(kept) if bars is None else ())]
    return reproduction_of(evidence_of(kept, "kept"), evidence_of(now, "now"), tuple(notes))


def evidence_of(run: RunView, label: str) -> Evidence:
    """Return a run as far as two runs are compared."""
    return Evidence(
        label=label,
        facts=run.facts,
        manifest=run.manifest,
        metrics=run.metrics,
        fills=run.fill_columns(),
        trades=run.trade_columns(),
        equity=run.equity_columns(),
        envelope=run.envelope,
    )


def _called(given: Reference, run: RunView) -> str:
    """Call a run by the name that it was asked by, else by its fingerprint."""
    by_name = isinstance(given, str) and RunShelf().names.get(given.strip()) == run.fingerprint
    return str(given).strip() if by_name else run.fingerprint[:_SHORT]


def _labels(names: list[str]) -> list[str]:
    """Tell apart runs that are given more than once."""
    return [
        name if names.count(name) == 1 else f"{name}#{names[: index + 1].count(name)}"
        for index, name in enumerate(names)
    ]


def _of_strategy(run: RunView) -> Iterator[str]:
    """Say which files of the strategy are not any more what ran."""
    spec, canonical = run.origin.get("strategy"), run.manifest["strategy"]
    for path, what in changed_files(run.origin).items():
        yield f"{path} {what}; the text that was kept with the run ran."
    if spec is not None and "python" not in canonical:
        what = _document_since(spec, run)
        if what:
            yield f"{spec} {what}; what was kept with the run ran."


def _document_since(spec: str, run: RunView) -> str:
    direction = run.manifest["rules"]["direction"]
    try:
        now = prepare(load_strategy(spec), run.facts.get("params"), direction=direction)
    except TradewrightError as refused:
        return f"cannot be read any more ({refused.code})"
    return "" if now.canonical() == run.manifest["strategy"] else "has changed since"


def _of_data(run: RunView) -> Iterator[str]:
    """Say when a run's prices are not any more where they came from."""
    source, series = run.origin.get("data"), run.manifest["series"]
    if source is None:
        return
    try:
        now = load(source["source"], **{name: value for name, value in source.items() if name != "source"})
    except TradewrightError as refused:
        what = f"cannot be read any more ({refused.code})"
    else:
        what = "holds other prices now"
        if matching(now, series["checksum"], series["bars"]) is not None:
            return
    yield f"{source['source']} {what}; the bars that were kept were used."
