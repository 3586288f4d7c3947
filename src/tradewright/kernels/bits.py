"""Sets of bars as 64-bit words: comparisons, three-valued logic and searches on 64 bars at a time.

Bar ``j`` is bit ``j % 64`` of word ``j // 64``; bits beyond the last bar are 0. A truth (engine.md 2.4) is
two rows of words: where it is true, and where it is false; where it is neither it is unknown.
"""

from typing import Any, cast

import numba
import numpy as np
import numpy.typing as npt
from numba.cpython.unsafe import numbers

from tradewright.kernels import inlined
from tradewright.kernels.truth import FALSE, TRUE, Truth

WORD = 64
Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def _trailing_zeros_in_python(word: np.uint64) -> int:
    """Return how many zeros stand below the lowest bit that is set."""
    return (int(word) & -int(word)).bit_length() - 1


def _leading_zeros_in_python(word: np.uint64) -> int:
    """Return how many zeros stand above the highest bit that is set."""
    return WORD - int(word).bit_length()


_numba, _numbers = cast("Any", numba), cast("Any", numbers)
_interpreted = _numba.config.DISABLE_JIT
# Compiled code calls numba's own with the number alone.
_trailing_zeros = cast("Any", _trailing_zeros_in_python if _interpreted else _numbers.trailing_zeros)
_leading_zeros = cast("Any", _leading_zeros_in_python if _interpreted else _numbers.leading_zeros)
_ONE = np.uint64(1)
_NONE = np.uint64(0)


def words_for(bars: int) -> int:
    """Return how many words hold `bars` bits."""
    return -(-bars // WORD)


def packed(flags: Flags) -> Words:
    """Return one bit a bar for an array of flags."""
    padded = np.zeros(words_for(flags.size) * WORD, np.bool_)
    padded[: flags.size] = flags
    return np.packbits(padded, bitorder="little").view(np.uint64)


def unpacked(words: Words, bars: int) -> Flags:
    """Return the flags that `words` hold for `bars` bars."""
    return np.unpackbits(words.view(np.uint8), count=bars, bitorder="little").view(np.bool_)


def packed_truth(truth: Truth) -> Words:
    """Return the two rows of a truth array: where true, where false."""
    return np.stack([packed(truth == TRUE), packed(truth == FALSE)])


@inlined
def highest_bit(number: int) -> int:
    """Return which is the highest bit that is set in a number above 0."""
    return WORD - 1 - int(_leading_zeros(np.uint64(number)))


@inlined
def bit_at(words: Words, row: int, j: int) -> int:
    """Return bit `j` of a row."""
    return int((words[row, j >> 6] >> np.uint64(j & 63)) & _ONE)


@inlined
def first_one(words: Words, row: int, start: int, stop: int) -> int:
    """Return the first bit from `start` on that is set in a row; `stop` for none before it."""
    if start >= stop:
        return stop
    at = start >> 6
    word = (words[row, at] >> np.uint64(start & 63)) << np.uint64(start & 63)
    last = (stop - 1) >> 6
    while word == _NONE:
        at += 1
        if at > last:
            return stop
        word = words[row, at]
    return int(min(stop, (at << 6) + np.int64(_trailing_zeros(word))))
