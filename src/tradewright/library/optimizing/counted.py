"""Searches in the ledger of trials: what a search has looked at counts as much as what a sweep has."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tradewright.core.canonical import digest
from tradewright.data.scores.part import Part
from tradewright.data.trials.ledger import FILE, TrialLedger
from tradewright.library.defaults import home
from tradewright.library.sweeping.asked import strategy_hash
from tradewright.library.sweeping.reading import flushed
from tradewright.research.caution import Caution
from tradewright.research.search.dimensions import IntArray
from tradewright.research.search.memory import Floats, Scorer
from tradewright.research.search.question import SearchQuestion
from tradewright.research.sweep.pieces import Piece
from tradewright.research.sweep.running import Counting
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.strategy.contract import Prepared

_SHARPE = "sharpe"


class CountedScorer:
    """A scorer that remembers how much it has scored: that counts, whatever becomes of the search."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._scored = 0
        self._sharpes: list[Floats] = []

    def score(self, axes: Mapping[str, Sequence[Any]], index: Mapping[str, IntArray]) -> Mapping[str, Floats]:
        """Return what the scorer returns, and remember it."""
        scores = self._scorer.score(axes, index)
        self._scored += len(next(iter(index.values())))
        if _SHARPE in scores:
            self._sharpes.append(scores[_SHARPE])
        return scores

    def counted(self, question: SearchQuestion, subject: Subject, base: Prepared) -> list[Caution]:
        """Count all that was scored, neighbours too.

        The same search again counts once, and goes on from where it was counted when it was stopped: its
        combinations come in the same order.

        Returns
        -------
        list
            What to warn of where the ledger cannot be written to.
        """
        about = {
            "series": subject.bars.checksum,
            "symbol": subject.bars.symbol,
            "timeframe": str(subject.bars.timeframe),
            "strategy": base.id,
            "strategy_hash": strategy_hash(subject.source),
        }
        counting = Counting(
            TrialLedger(home() / FILE), [{**about, "sweep": _fingerprint(question, subject, about)}]
        )
        sharpes = {_SHARPE: np.concatenate(self._sharpes)} if self._sharpes else {}
        counting(Piece(0, 0, self._scored), Part(np.arange(self._scored, dtype=np.int64), {}, sharpes, 0))
        return flushed(counting)


def _fingerprint(question: SearchQuestion, subject: Subject, about: dict[str, str]) -> str:
    """Return the SHA-256 of everything that decides which combinations are scored, and how."""
    asked = subject.question
    return digest(
        {
            **about,
            "params": _written(sorted(subject.params.items())),
            "rules": _written(sorted(asked.rules.items())),
            "window": _written([asked.start, asked.end]),
            **asked.measures(),
            **asked.around(),
            "space": _written(question.space.dimensions),
            "objectives": [objective.text for objective in question.objectives],
            "constraints": [constraint.text for constraint in question.constraints],
            "where": "" if question.where is None else question.where.text,
            "method": [question.method, question.trials, question.batch, question.seed],
        }
    )


def _written(values: Sequence[Any]) -> list[str]:
    return [repr(value) for value in values]
