"""Searches in the ledger of trials: what a search has looked at counts as much as what a sweep has."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tradewright.core.canonical import digest
from tradewright.data.scores.part import Part
from tradewright.data.trials.ledger import FILE, TrialLedger
from tradewright.library.defaults import home
from tradewright.library.sweeping.asked import strategy_hash
from tradewright.library.sweeping.reading import flushed
from tradewright.research.caution import Caution
from tradewright.research.search.search import Found
from tradewright.research.sweep.pieces import Piece
from tradewright.research.sweep.running import Counting
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.strategy.contract import Prepared

_SHARPE = "sharpe"


def counted(found: Found, subject: Subject, base: Prepared) -> list[Caution]:
    """Count all that was scored, neighbours too; the same search again counts once.

    Returns
    -------
    list
        What to warn of where the ledger cannot be written to.
    """
    n = len(found.memory)
    about = {
        "series": subject.bars.checksum,
        "symbol": subject.bars.symbol,
        "timeframe": str(subject.bars.timeframe),
        "strategy": base.id,
        "strategy_hash": strategy_hash(subject.source, base),
    }
    counting = Counting(TrialLedger(home() / FILE), [{**about, "sweep": _fingerprint(found, subject, about)}])
    scores = found.memory.scores
    sharpes = {_SHARPE: scores[_SHARPE]} if _SHARPE in scores else {}
    counting(Piece(0, 0, n), Part(np.arange(n, dtype=np.int64), {}, sharpes, 0))
    return flushed(counting)


def _fingerprint(found: Found, subject: Subject, about: dict[str, str]) -> str:
    """Return the SHA-256 of everything that decides which combinations were scored, and how."""
    question, asked = found.question, subject.question
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
