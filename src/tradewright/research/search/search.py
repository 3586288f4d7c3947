"""The search: propose, score, learn, until the budget is spent or the user has seen enough."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tradewright.core import hooks
from tradewright.core.errors import CancelledError
from tradewright.research.search.dimensions import IntArray
from tradewright.research.search.learning import LearningProposals
from tradewright.research.search.memory import Floats, Memory, Scorer
from tradewright.research.search.plateau import Plateau, plateau_of, unscored_neighbours
from tradewright.research.search.proposals import DrawnProposals, GridProposals, Proposals
from tradewright.research.search.question import SearchQuestion
from tradewright.research.search.ranking import aims_of, allowed, best_rows

# Of a Pareto front, so many have their neighbours scored.
MOST_PLATEAUS = 25


@dataclass(frozen=True)
class Found:
    """What a search has found.

    Attributes
    ----------
    searched
        So many points were proposed by the method, in order; those after them are neighbours of the best.
    best
        Rows of the best: one, or the Pareto front; none when no result is allowed.
    plateaus
        Row -> plateau, for the best; none when the search was cancelled before it was measured.
    excluded
        Constraint, or objective that is not defined -> how many results it excludes.
    repeated
        How often a combination was proposed that had its score already.
    cancelled
        Whether the user ended the search before its budget was spent.
    """

    question: SearchQuestion
    memory: Memory
    searched: int
    best: IntArray
    plateaus: dict[int, Plateau]
    excluded: dict[str, int]
    repeated: int
    cancelled: bool
    notes: tuple[str, ...]


def search(question: SearchQuestion, scorer: Scorer) -> Found:
    """Search, and measure the plateau of the best.

    Cancelling (:mod:`tradewright.core.hooks`) ends the search and keeps what it has found; before the
    first score there is nothing to keep, and the error goes on.

    Raises
    ------
    InputError
        ``E_WHERE`` when the condition keeps no combination.
    EnvironmentFaultError
        ``E_EXTRA`` when the method needs optuna or cmaes and they are not installed.
    CancelledError
        Before anything was scored.
    """
    memory = Memory(question.space, scorer)
    proposals = _proposals(question, memory)
    cancelled = not _until_cancelled(memory, lambda: _spend(proposals, memory))
    searched = len(memory)
    best = _best(question, memory, searched)
    if not cancelled:
        cancelled = not _until_cancelled(memory, lambda: _score_around(question, memory, best))
    return Found(
        question,
        memory,
        searched,
        best,
        {}
        if cancelled
        else {int(row): plateau_of(question, memory, int(row)) for row in best[:MOST_PLATEAUS]},
        _excluded(question, memory, searched),
        proposals.repeated,
        cancelled,
        (*_said_before(question), *_said_after(proposals), *proposals.notes),
    )


def _proposals(question: SearchQuestion, memory: Memory) -> Proposals:
    if question.method == "grid" or question.space.size == question.budget:
        return GridProposals(question)
    if question.method in {"random", "sobol"}:
        return DrawnProposals(question)
    return LearningProposals(question, memory)


def _spend(proposals: Proposals, memory: Memory) -> None:
    """Score batch after batch until the budget is spent or nothing new is proposed."""
    while len(memory) < proposals.total:
        hooks.check_cancelled()
        points = proposals.ask(min(proposals.batch, proposals.total - len(memory)))
        if not len(points):
            return
        memory.score(points)
        proposals.learn()
        hooks.progress(len(memory), proposals.total, "combinations")


def _score_around(question: SearchQuestion, memory: Memory, best: IntArray) -> None:
    points = unscored_neighbours(question, memory, best[:MOST_PLATEAUS])
    if len(points):
        hooks.check_cancelled()
        memory.score(points)


def _best(question: SearchQuestion, memory: Memory, searched: int) -> IntArray:
    scores = _first(memory.scores, searched)
    among = allowed(scores, question.objectives, question.constraints)
    return best_rows(aims_of(scores, question.objectives), among)


def _excluded(question: SearchQuestion, memory: Memory, searched: int) -> dict[str, int]:
    scores = _first(memory.scores, searched)
    out = {one.text: int((~one.holds(scores)).sum()) for one in question.constraints}
    undefined = {one.metric: int(np.isnan(scores[one.metric]).sum()) for one in question.objectives}
    return out | {f"{name} is not defined": count for name, count in undefined.items() if count}


def _first(scores: dict[str, Floats], n: int) -> dict[str, Floats]:
    return {name: values[:n] for name, values in scores.items()}


def _said_before(question: SearchQuestion) -> list[str]:
    if question.method != "grid" and question.space.size == question.budget:
        return [f"there are only {question.budget:,} combinations, so all are scored"]
    return []


def _said_after(proposals: Proposals) -> list[str]:
    times = proposals.repeated
    return [f"proposals that had their score already are not scored again: {times:,}"] if times else []


def _until_cancelled(memory: Memory, work: Callable[[], None]) -> bool:
    """Do the work; False when the user stopped it after something was found."""
    try:
        work()
    except CancelledError:
        if not len(memory):
            raise
        return False
    return True
