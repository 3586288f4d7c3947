"""Where a number of a plan comes from: it is always the same, or made from the value of one axis."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.modules import registry
from tradewright.strategy.plan import ModuleColumn, Operand, Percentage

Floats = npt.NDArray[np.float64]

# Each step turns v into k + sign * v, so `percentBelow` is (100, -1); they are taken one after another
# because each rounds, and a mirrored percentage is rounded twice.
Steps = tuple[tuple[float, int], ...]

_AS_IT_IS: Steps = ()
_PERCENTAGES: tuple[Steps, ...] = (((100.0, 1),), ((100.0, -1),))
_MIRRORED: tuple[Steps, ...] = tuple((*steps, (200.0, -1)) for steps in (_AS_IT_IS, *_PERCENTAGES))


@dataclass(frozen=True, slots=True)
class Source:
    """How one number of a plan is made.

    Attributes
    ----------
    axis
        Whose value it is made from; None for a number that is always `fixed`.
    steps
        What is done to the value; nothing when it stands unchanged.
    """

    axis: str | None
    steps: Steps = _AS_IT_IS
    fixed: float = 0.0

    def of(self, values: Floats) -> Floats:
        """Return the numbers made from `values` of the axis; the fixed one as often."""
        if self.axis is None:
            return np.full(len(values), self.fixed, np.float64)
        for start, sign in self.steps:
            values = start + sign * values
        return values

    def at(self, sample: Mapping[str, float]) -> float:
        """Return the number that one value of each axis gives."""
        if self.axis is None:
            return self.fixed
        value = sample[self.axis]
        for start, sign in self.steps:
            value = start + sign * value
        return value


def ways_to_make(operands: Iterable[Operand]) -> tuple[Steps, ...]:
    """Return all that reading and mirroring do to a number, the simplest first.

    Percentages count from 100 and mirror at it; constants mirror at the centre of the output that they
    are compared with.
    """
    centres = {2 * centre for operand in operands for centre in _centres(operand)}
    turned: list[Steps] = [((double, -1),) for double in sorted(centres)]
    return tuple(dict.fromkeys((_AS_IT_IS, *_PERCENTAGES, *_MIRRORED, *turned)))


def possible_sources(number: float, sample: Mapping[str, float], ways: Iterable[Steps]) -> tuple[Source, ...]:
    """Return every way to come by `number` in a plan that was compiled with `sample`."""
    made = (Source(axis, steps) for axis in sample for steps in ways)
    return (Source(None, fixed=number), *(source for source in made if source.at(sample) == number))


def _centres(operand: Operand) -> Iterator[float]:
    if isinstance(operand, Percentage):
        yield from _centres(operand.of)
    if isinstance(operand, ModuleColumn):
        yield from (output.mirror.centre for output in registry.get(operand.module).outputs)
