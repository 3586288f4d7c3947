"""One hash for the scores of a sweep, whatever its pieces were and wherever they were scored."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from tradewright.core.canonical import canonical_json
from tradewright.data.scores.part import Floats, Ints, Part

# Combination numbers of a block; part of what the hash means, so it never changes.
_BLOCK = 4096


def scores_hash(parts: Iterable[Part]) -> str:
    """Return the SHA-256, in hex, of numbers and metrics.

    The bytes: the metric ids in alphabetical order as JSON; then, for every 4,096 combination numbers of
    which one was scored, how many were, their numbers, and each metric's values, all little-endian, with one
    NaN and one zero.

    Parameters
    ----------
    parts
        In ascending order of their numbers, all with the same metrics.
    """
    hasher = hashlib.sha256()
    names: list[str] | None = None
    for numbers, metrics in _blocks(parts):
        if names is None:
            names = sorted(metrics)
            hasher.update(canonical_json(names).encode())
        hasher.update(np.int64(numbers.size).astype("<i8").tobytes())
        hasher.update(numbers.astype("<i8").tobytes())
        for name in names:
            hasher.update(_canonical(metrics[name]))
    return hasher.hexdigest()


def _canonical(values: Floats) -> bytes:
    """Return the bytes of `values` with one NaN and one zero."""
    return np.where(np.isnan(values), np.nan, values + 0.0).astype("<f8").tobytes()


def _blocks(parts: Iterable[Part]) -> Iterator[tuple[Ints, Mapping[str, Floats]]]:
    """Yield the rows of each block of numbers, however they lie over parts."""
    held: list[Part] = []
    for part in parts:
        for piece in _split(part):
            if held and held[-1].numbers[-1] // _BLOCK != piece.numbers[0] // _BLOCK:
                yield _joined(held)
                held = []
            if held and held[-1].numbers[-1] >= piece.numbers[0]:
                raise ValueError("pieces of a sweep overlap")
            held.append(piece)
    if held:
        yield _joined(held)


def _split(part: Part) -> Iterator[Part]:
    """Yield the rows of `part` that lie in one block, block by block."""
    cuts = np.flatnonzero(np.diff(part.numbers // _BLOCK)) + 1
    for first, last in zip([0, *cuts.tolist()], [*cuts.tolist(), part.numbers.size], strict=True):
        if first < last:
            metrics = {name: values[first:last] for name, values in part.metrics.items()}
            yield Part(part.numbers[first:last], {}, metrics, 0)


def _joined(parts: list[Part]) -> tuple[Ints, Mapping[str, Floats]]:
    if len(parts) == 1:
        return parts[0].numbers, parts[0].metrics
    metrics = {name: np.concatenate([part.metrics[name] for part in parts]) for name in parts[0].metrics}
    return np.concatenate([part.numbers for part in parts]), metrics
