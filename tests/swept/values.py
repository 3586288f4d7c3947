"""Arrays on which comparisons in words could go wrong, and truths as words and back."""

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from tradewright.kernels.bits import Words, unpacked, words_for
from tradewright.kernels.truth import FALSE, TRUE, UNKNOWN, Floats, Truth

# Around multiples of a word, of the vectors that are compared at once, and of a tile of words.
SIZES = (1, 2, 7, 8, 9, 63, 64, 65, 72, 127, 128, 129, 200, 511, 512, 513, 576, 700)
AWKWARD = (0.0, -0.0, 1.0, -1.0, 100.0, -100.0, 5e-324, -5e-324, 2.3e-308, 1e-300, 1e300, -1e300, 1.7e308)

sizes = st.sampled_from(SIZES)
seeds = st.integers(0, 2**32 - 1)


def values_from(random: np.random.Generator, n: int, infinite: float = 0.0) -> Floats:
    """Draw a column: a walk, awkward numbers, ties of a few last digits, holes; `infinite` is a share."""
    values = 100 + np.cumsum(random.normal(0, 0.5, n))
    near = 100 * (1 + 1e-12 * random.integers(-20, 21, n))
    kind = random.integers(0, 6)
    values = np.where(random.random(n) < (0.0, 0.3, 1.0)[kind % 3], near, values)
    odd = random.random(n) < (0.0, 0.2)[kind % 2]
    values = np.where(odd, random.choice(AWKWARD, n), values)
    values[random.random(n) < random.choice([0.0, 0.05, 0.5])] = np.nan
    far = random.random(n) < infinite
    values[far] = random.choice([np.inf, -np.inf], int(far.sum()))
    return values


def truth_from(random: np.random.Generator, n: int) -> Truth:
    """Draw a truth in stretches, so that lookbacks find some that hold for long."""
    shares = random.dirichlet([0.5, 0.3, 0.5])
    drawn = random.choice([FALSE, UNKNOWN, TRUE], n, p=shares).astype(np.uint8)
    stretch = int(random.integers(1, 40))
    return np.repeat(drawn, stretch)[:n] if random.random() < 0.5 else drawn


def truth_of(true: Words, false: Words, n: int) -> Truth:
    """Return the truth that two rows of words hold, which must not both be set anywhere."""
    yes, no = unpacked(true, n), unpacked(false, n)
    assert not (yes & no).any()
    return np.where(yes, TRUE, np.where(no, FALSE, UNKNOWN)).astype(np.uint8)


def filled_up(column: Floats, words: int | None = None) -> Floats:
    """Return a column with NaN beyond its last bar, as far as its words reach."""
    whole = np.full(64 * (words_for(column.size) if words is None else words), np.nan)
    whole[: column.size] = column
    return whole


def differing(got: npt.NDArray[np.uint8], wanted: npt.NDArray[np.uint8]) -> list[int]:
    return np.flatnonzero(got != wanted).tolist()
