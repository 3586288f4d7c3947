"""Where a sweep runs, and what is said about its scores when it is stopped."""

from collections.abc import Generator
from contextlib import contextmanager

from tradewright.compute.by_url import FORMS, executor_at
from tradewright.compute.executor import Executor
from tradewright.core.errors import InputError, TradewrightError
from tradewright.data.scores.folder import ScoreFolder
from tradewright.data.scores.scores import Scores
from tradewright.library.defaults import compute_url


def executor_in(given: object) -> Executor:
    """Return the executor that was asked for, else that of ``TRADEWRIGHT_COMPUTE_URL``.

    Raises
    ------
    InputError
        ``E_COMPUTE_URL``; and what :func:`executor_at` raises.
    """
    if given is not None and not isinstance(given, str):
        raise InputError(
            "E_COMPUTE_URL",
            f"executor is a {type(given).__name__}; it is text.",
            fix=f"Executors look like {FORMS}.",
            details={"type": type(given).__name__},
        )
    return executor_at(given or compute_url())


@contextmanager
def told_how_to_go_on(scores: Scores, size: int) -> Generator[None]:
    """Add to whatever ends a sweep early how much is kept, and where."""
    try:
        yield
    except (TradewrightError, KeyboardInterrupt) as ended:
        if not isinstance(scores, ScoreFolder):
            note = "Nothing is kept; with folder= the same call goes on where it was stopped."
        else:
            note = (
                f"{scores.scored:,} of {size:,} combinations are kept in '{scores.path}': "
                "the same call goes on from there."
            )
        ended.add_note(note)
        if isinstance(ended, TradewrightError):
            ended.fix = f"{ended.fix} {note}".strip()
        raise
