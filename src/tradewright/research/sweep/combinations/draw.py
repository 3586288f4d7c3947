"""Drawing distinct combinations: points, random or Sobol's, and what becomes of them."""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.core.hooks import check_cancelled
from tradewright.research.sweep.combinations.sobol import BITS, sobol

Codes = npt.NDArray[np.int64]
Method = Literal["random", "sobol"]

_BLOCK = 4_096
# A space with no more combinations can be gone through to its last.
_SMALL = 2**22
# So many points are tried for each that is wanted, and so many at least.
_TRIES, _LEAST_TRIES = 200, 2**20


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn.

    Attributes
    ----------
    counts
        How many values each axis has; 0 for all numbers between two, of which ``2**32`` are told apart.
    samples
        How many combinations.
    method, seed
        How, and from where: the seed shifts Sobol's points digit by digit.
    """

    counts: tuple[int, ...]
    samples: int
    method: Method
    seed: int

    @property
    def possible(self) -> int | None:
        """How many different combinations there are; None when numbers lie between two."""
        return math.prod(self.counts) if all(self.counts) else None


def draw(what: Draw, keep: Callable[[Codes], npt.NDArray[np.bool_]]) -> Codes:
    """Draw distinct combinations that `keep` keeps.

    Parameters
    ----------
    keep
        Which rows of codes count: ``(rows, axes)`` -> ``(rows,)``.

    Returns
    -------
    Codes
        int64 ``(samples, axes)``, in the order drawn: where its value stands in an axis, or of ``2**32``
        how far from one end to the other.

    Raises
    ------
    InputError
        ``E_SAMPLES`` when there are not as many, or they are too rare to be found.
    """
    found = np.zeros((0, len(what.counts)), np.int64)
    tried = 0
    for block in _blocks(what):
        check_cancelled()
        tried += len(block)
        kept = block[keep(block)]
        found = _distinct(np.concatenate([found, kept])) if len(kept) else found
        if len(found) >= what.samples:
            return found[: what.samples]
    raise _too_few(what, len(found), tried)


def _blocks(what: Draw) -> Generator[Codes]:
    """Yield what is drawn block by block; of small spaces in the end every combination."""
    small = what.possible is not None and what.possible <= _SMALL
    if what.method == "sobol" or not small:
        yield from _by_points(what)
    if small:
        yield from _all_shuffled(what)


def _by_points(what: Draw) -> Generator[Codes]:
    counts = np.array(what.counts, np.int64)
    generator = np.random.default_rng(what.seed)
    shift = generator.integers(0, 2**BITS, counts.size)
    most, drawn, size = max(_TRIES * what.samples, _LEAST_TRIES), 0, _BLOCK
    if what.possible is not None and what.possible <= _SMALL:
        most = min(most, 4 * what.possible + _BLOCK)  # the rest comes shuffled
    while drawn < min(most, 2**BITS):
        if what.method == "sobol":
            points = sobol(drawn, size, counts.size) ^ shift
        else:
            points = generator.integers(0, 2**BITS, (size, counts.size))
        yield np.where(counts > 0, points * counts >> BITS, points)
        drawn, size = drawn + size, min(2 * size, 2**18)


def _all_shuffled(what: Draw) -> Generator[Codes]:
    order = np.random.default_rng([what.seed, 1]).permutation(math.prod(what.counts))
    for first in range(0, order.size, _SMALL // 16):
        yield np.stack(np.unravel_index(order[first : first + _SMALL // 16], what.counts), axis=1)


def _distinct(codes: Codes) -> Codes:
    """Return the rows without those that came before, in order."""
    order = np.lexsort(codes.T[::-1])
    ordered = codes[order]
    new = np.ones(len(codes), np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    # Of equal rows the sort, which is stable, has the earliest first.
    return codes[np.sort(order[new])]


def _too_few(what: Draw, found: int, tried: int) -> InputError:
    details = {"samples": what.samples, "found": found, "possible": what.possible}
    if what.possible is not None and what.possible <= _SMALL:
        return InputError(
            "E_SAMPLES",
            f"of {what.possible:,} different combinations the conditions leave {found:,}, and "
            f"{what.samples:,} are to be drawn.",
            fix=f"Draw {found:,} or fewer." if found else "Loosen the conditions.",
            details=details,
        )
    return InputError(
        "E_SAMPLES",
        f"{found:,} of {what.samples:,} combinations were found in {tried:,} draws: the conditions exclude "
        "nearly everything.",
        fix="Choose ranges that fit the conditions, draw fewer, or loosen the conditions.",
        details=details,
    )
