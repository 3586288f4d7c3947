"""How many combinations conditions leave: looked through in blocks, never all at once."""

from collections.abc import Callable, Generator, Mapping

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.core.hooks import check_cancelled
from tradewright.research.sweep.combinations.axes import BLOCK, Column, Space

Keep = Callable[[Mapping[str, Column]], npt.NDArray[np.bool_]]


def require_some(space: Space, keep: Keep, said: str) -> int:
    """Return the number of the first combination that is kept.

    Parameters
    ----------
    keep
        Which combinations count, asked with name -> ``(rows,)`` values.
    said
        The conditions in words, for the error.

    Raises
    ------
    InputError
        ``E_WHERE`` when every combination is excluded.
    """
    for first, kept in _blocks(space, keep):
        if kept.any():
            return first + int(kept.argmax())
    raise InputError(
        "E_WHERE",
        f"{said} excludes every one of the {space.size:,} combinations.",
        fix="Loosen the condition, or widen the grid.",
        details={"where": said, "size": space.size},
    )


def count_kept(space: Space, keep: Keep) -> int:
    """Return how many combinations `keep` keeps."""
    return sum(int(kept.sum()) for _, kept in _blocks(space, keep))


def _blocks(space: Space, keep: Keep) -> Generator[tuple[int, npt.NDArray[np.bool_]]]:
    for first in range(0, space.size, BLOCK):
        check_cancelled()
        yield first, keep(space.values(np.arange(first, min(first + BLOCK, space.size), dtype=np.int64)))
