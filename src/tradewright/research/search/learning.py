"""Proposals that learn from what was scored: optuna's samplers, asked for batches.

Bergstra et al. 2011 (TPE), Hansen 2016 (CMA-ES), Deb et al. 2002 (NSGA-II).
"""

import warnings
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from math import log
from typing import Any

import numpy as np

from tradewright.core.optional import optional
from tradewright.research.search.dimensions import Choice, Dimension, Points
from tradewright.research.search.drawing import drawn_points
from tradewright.research.search.memory import Floats, Memory
from tradewright.research.search.proposals import nothing_kept
from tradewright.research.search.question import Flags, SearchQuestion
from tradewright.research.search.ranking import aims_of, missing_of

EXTRA = "search"
# After so many proposals in a row that are known or not kept, the rest of a batch is drawn at random.
_IDLE = 50


class LearningProposals:
    """Asks an optuna sampler; deterministic for a seed and a batch.

    A point that was scored before is told its score again and not scored. A result that breaks a
    constraint is told as such to samplers that know constraints; CMA-ES, which ranks, sees it behind
    every result that breaks none (Deb 2000, An efficient constraint handling method).
    """

    def __init__(self, question: SearchQuestion, memory: Memory) -> None:
        self.batch = _batch(question)
        self.total = question.budget
        self.repeated = 0
        self._question, self._memory = question, memory
        self._optuna: Any = optional("optuna", EXTRA)
        if question.method == "cmaes":
            optional("cmaes", EXTRA)
        self._names = [f"d{i}" for i in range(len(question.space.dimensions))]
        self._distributions = self._all_distributions()
        self._pending: list[Any] = []
        self._useless: list[Any] = []
        self._rounds = self._filled = 0
        with _quiet(self._optuna):
            self._study: Any = self._optuna.create_study(
                directions=["maximize"] * len(question.objectives), sampler=self._sampler()
            )

    @property
    def notes(self) -> list[str]:
        """What was done otherwise than the method's name says."""
        method, words = self._question.method, filter(_is_unordered, self._question.space.dimensions)
        names = ", ".join(one.name for one in words)
        said = [f"cmaes draws {names} at random: the values are no row of numbers"] if names else []
        said = said if method == "cmaes" else []
        if self._filled:
            said.append(f"{self._filled:,} combinations are drawn at random, {method} having nothing new")
        return said

    def ask(self, most: int) -> Points:
        """Return up to `most` new points; fewer when there are no more."""
        # CMA-ES learns what its dimensions are from a first result.
        most = 1 if self._question.method == "cmaes" and not len(self._memory) else most
        self._pending, self._useless = [], []
        found: dict[bytes, Points] = {}
        with _quiet(self._optuna):
            idle = 0
            while len(found) < most and idle < _IDLE:
                idle = 0 if self._ask_one(found) else idle + 1
            self._fill(found, most)
        points = list(found.values())
        return np.stack(points) if points else np.empty((0, len(self._names)), np.float64)

    def learn(self) -> None:
        """Tell the sampler what the points that it was asked for score."""
        with _quiet(self._optuna):
            for trial in self._pending:
                self._tell_known(trial)
            for trial in self._useless:
                self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)

    def _ask_one(self, found: dict[bytes, Points]) -> bool:
        """Ask for a point and say whether it goes to `found`, being new and kept by the condition.

        A known one is told again to samplers that breed generations, which wait for so many results. TPE
        would crowd where it is told the same again: it only sees it under way until the batch is scored.
        """
        trial = self._study.ask(self._distributions)
        point = self._point(trial.params)
        is_kept = bool(self._question.keeps(point[None, :])[0])
        scored = is_kept and self._memory.rows_of(point[None, :])[0] >= 0
        is_new = is_kept and not scored and point.tobytes() not in found
        self.repeated += is_kept and not is_new
        if scored and self._question.method != "tpe":
            self._tell_known(trial)
        elif is_new or (is_kept and self._question.method != "tpe"):
            found.setdefault(point.tobytes(), point)
            self._pending.append(trial)
        else:
            self._useless.append(trial)
        return is_new

    def _fill(self, found: dict[bytes, Points], most: int) -> None:
        """Draw at random what the sampler leaves of a batch by repeating itself."""
        missing = most - len(found)
        if not missing:
            return
        self._rounds += 1
        known = set(found)

        def is_new(points: Points) -> Flags:
            unseen = [point.tobytes() not in known for point in points + 0.0]
            return self._question.keeps(points) & (self._memory.rows_of(points) < 0) & np.array(unseen)

        points = drawn_points(self._question, missing, is_new, turn=self._rounds)
        if not len(points) and not found and not len(self._memory):
            raise nothing_kept(self._question)
        for point in points:
            found[point.tobytes()] = point
            self._filled += 1
            self._study.enqueue_trial(self._params(point))
            self._pending.append(self._study.ask(self._distributions))

    def _tell_known(self, trial: Any) -> None:
        row = int(self._memory.rows_of(self._point(trial.params)[None, :])[0])
        scores = {name: values[row : row + 1] for name, values in self._memory.scores.items()}
        missing = missing_of(scores, self._question.objectives, self._question.constraints)[:, 0]
        aims = aims_of(scores, self._question.objectives)[:, 0]
        worst = self._worst()
        if self._question.method == "cmaes":
            told = aims if not missing.any() else worst - 1.0 - missing.sum()
        else:
            for number, amount in enumerate(missing):
                trial.set_constraint(str(number), float(amount))
            told = aims
        self._study.tell(trial, [float(v) for v in np.where(np.isnan(told), worst, told)])

    def _worst(self) -> Floats:
        """Return the worst finite value of each objective so far; what is not defined is told as it."""
        aims = aims_of(self._memory.scores, self._question.objectives)
        return np.array([min(row[np.isfinite(row)].tolist(), default=0.0) for row in aims])

    def _point(self, params: Mapping[str, Any]) -> Points:
        return np.array([float(params.get(name, 0.0)) for name in self._names], np.float64)

    def _params(self, point: Points) -> dict[str, Any]:
        """Return a point as the sampler would have proposed it."""
        plain = {name: float(at) for name, at in zip(self._names, point, strict=True)}
        whole = {name for name, one in self._distributions.items() if not _is_float(self._optuna, one)}
        return {name: int(plain[name]) if name in whole else plain[name] for name in self._distributions}

    def _sampler(self) -> Any:
        samplers, seed = self._optuna.samplers, self._question.seed
        made: dict[str, Callable[[], Any]] = {
            "tpe": lambda: samplers.TPESampler(seed=seed, constant_liar=True, n_startup_trials=self._first()),
            "cmaes": lambda: samplers.CmaEsSampler(
                seed=seed, popsize=self.batch, warn_independent_sampling=False
            ),
            "nsga2": lambda: samplers.NSGAIISampler(seed=seed, population_size=self.batch),
        }
        return made[self._question.method]()

    def _first(self) -> int:
        """Return how many points TPE draws at random before it learns: those of the first batches."""
        return max(10, self.batch)

    def _all_distributions(self) -> dict[str, Any]:
        """Return what optuna draws from; a parameter of one value is not asked for."""
        pairs = zip(self._names, self._question.space.dimensions, strict=True)
        return {
            name: self._distribution(one)
            for name, one in pairs
            if not (isinstance(one, Choice) and len(one.values) == 1)
        }

    def _distribution(self, dimension: Dimension) -> Any:
        made = self._optuna.distributions
        if not isinstance(dimension, Choice):
            return made.FloatDistribution(dimension.low, dimension.high)
        last = len(dimension.values) - 1
        if dimension.ordered:
            return made.IntDistribution(0, last)
        return made.CategoricalDistribution(tuple(range(last + 1)))


def _is_float(optuna: Any, distribution: Any) -> bool:
    return isinstance(distribution, optuna.distributions.FloatDistribution)


def _is_unordered(dimension: Dimension) -> bool:
    return isinstance(dimension, Choice) and len(dimension.values) > 1 and not dimension.ordered


def _batch(question: SearchQuestion) -> int:
    """Return how many points are asked for at once: few enough to learn, enough to score at speed."""
    if question.batch:
        return max(2, question.batch) if question.method in {"cmaes", "nsga2"} else question.batch
    tenth = max(4, question.budget // 10)
    if question.method == "cmaes":
        # Hansen 2016, table 1: the least population that its other constants are made for.
        return max(4 + int(3 * log(len(question.space.dimensions))), min(16, tenth))
    return min(50, max(8, tenth)) if question.method == "nsga2" else min(32, tenth)


@contextmanager
def _quiet(optuna: Any) -> Generator[None]:
    """Keep optuna from printing and from warning of what is experimental in it."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
