"""Combinations that were drawn: their values, axis by axis."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.canonical import digest
from tradewright.core.errors import InputError, UnknownNameError
from tradewright.research.sweep.combinations.axes import Axis, Column, IntArray, Space, column_of
from tradewright.research.sweep.combinations.draw import Codes, Draw, draw
from tradewright.research.sweep.combinations.ranges import Steps, count_of
from tradewright.research.sweep.combinations.sobol import BITS, MOST_AXES

Keep = Callable[[Mapping[str, Column]], npt.NDArray[np.bool_]]
METHODS = ("random", "sobol")
MOST_SAMPLES = 1_000_000
_MOST_SEED = 2**63


class SampledSpace(Space):
    """Distinct combinations, drawn once and for all; an axis has the values that were drawn, in order."""

    def __init__(self, ranges: Mapping[str, Sequence[Any]], drawn: Codes, how: Mapping[str, Any]) -> None:
        axes: list[Axis] = []
        self._places: dict[str, IntArray] = {}
        for place, (name, values) in enumerate(ranges.items()):
            codes, which = np.unique(drawn[:, place], return_inverse=True)
            axes.append(Axis(name, tuple(_values(values, codes))))
            self._places[name] = which.astype(np.min_scalar_type(codes.size))
        self.axes = tuple(axes)
        self.size = len(drawn)
        self._how = dict(how)

    def index(self, numbers: IntArray) -> dict[str, IntArray]:
        """Return where in its axis each value of the combinations `numbers` stands."""
        self._within(numbers)
        return {name: places[numbers].astype(np.int64) for name, places in self._places.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return how the combinations were drawn, and a digest of what came of it."""
        drawn = hashlib.sha256()
        for axis in self.axes:
            drawn.update(digest([axis.name, axis.values]).encode())
            drawn.update(self._places[axis.name].astype("<i8").tobytes())
        return {"kind": "samples", "axes": list(self.names), **self._how, "drawn": drawn.hexdigest()}


def sample(ranges: Mapping[str, Sequence[Any]], what: Draw, keep: Keep | None) -> SampledSpace:
    """Draw distinct combinations from `ranges`, of those that `keep` keeps."""

    def kept(codes: Codes) -> npt.NDArray[np.bool_]:
        if keep is None:
            return np.ones(len(codes), np.bool_)
        return keep({name: _column(values, codes[:, i]) for i, (name, values) in enumerate(ranges.items())})

    how = {"method": what.method, "seed": what.seed, "samples": what.samples}
    return SampledSpace(ranges, draw(what, kept), how)


def drawing(ranges: Mapping[str, Sequence[Any]], samples: Any, method: Any, seed: Any) -> Draw:
    """Return what is to be drawn, once it is known to be possible.

    Raises
    ------
    InputError
        ``E_SAMPLES`` for a number of samples, a seed or a method that cannot be, or fewer combinations.
    """
    if method not in METHODS:
        raise UnknownNameError("E_SAMPLES", "method", str(method), METHODS)
    _require_whole("samples", samples, 1, MOST_SAMPLES)
    _require_whole("seed", seed, 0, _MOST_SEED - 1)
    if method == "sobol" and len(ranges) > MOST_AXES:
        raise InputError(
            "E_SAMPLES",
            f"there are {len(ranges)} axes, and sobol fills {MOST_AXES} at most.",
            fix="Draw with method='random'.",
            details={"axes": len(ranges)},
        )
    counts = tuple(_count(name, values) for name, values in ranges.items())
    what = Draw(counts, samples, method, seed)
    if what.possible is not None and what.possible < samples:
        raise InputError(
            "E_SAMPLES",
            f"there are {what.possible:,} different combinations, and {samples:,} are to be drawn.",
            fix=f"Draw {what.possible:,} or fewer, or leave samples out and score them all.",
            details={"samples": samples, "possible": what.possible},
        )
    return what


def _require_whole(name: str, value: Any, least: int, most: int) -> None:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return
    raise InputError(
        "E_SAMPLES",
        f"{name} is {value!r}; it is a whole number from {least:,} to {most:,}.",
        fix="For more combinations give a grid without samples." if name == "samples" else "",
        details={name: value if isinstance(value, int | float | str) else repr(value)},
    )


def _count(name: str, values: Sequence[Any]) -> int:
    count = count_of(values)
    if count < 2 ** (BITS - 1):
        return count
    raise InputError(
        "E_SAMPLES",
        f"axis '{name}' has {count:,} values, more than can be told apart.",
        fix="Give a larger step, or ends with a decimal point to draw any number between them.",
        details={"axis": name, "values": count},
    )


def _column(values: Sequence[Any], codes: IntArray) -> Column:
    used, which = np.unique(codes, return_inverse=True)
    return column_of(_values(values, used))[which]


def _values(values: Sequence[Any], codes: IntArray) -> list[Any]:
    places: list[int] = codes.tolist()
    return values.at(places) if isinstance(values, Steps) else [values[place] for place in places]
