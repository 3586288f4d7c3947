"""From a metric's values to levels of colour, and to numbers as people read them."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.metrics.catalog import BY_ID

Floats = npt.NDArray[np.float64]

_UNITS = {"fraction": (100.0, "%"), "seconds": (1 / 86_400, "days"), "bars": (1.0, "bars")}
# Values so far out, in widths of what the others span, get the colour of the end.
_FAR = 2.0


@dataclass(frozen=True, slots=True)
class Measure:
    """How a metric is written, and which way is better: 1 up, -1 down."""

    metric: str
    title: str
    unit: str
    factor: float
    sign: int

    @property
    def heading(self) -> str:
        """Title and unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    @property
    def superlative(self) -> str:
        """What the best is called."""
        return "highest" if self.sign > 0 else "lowest"

    def text(self, value: float, span: float = 0.0) -> str:
        """Write a value with its unit, with decimals that tell values apart within a span."""
        if not math.isfinite(value):
            return "\N{EM DASH}" if math.isnan(value) else "\N{INFINITY}"
        text = f"{value * self.factor:,.{_decimals(span * self.factor)}f}"
        bare = text.lstrip("-")
        signed = text.replace("-", "\N{MINUS SIGN}") if bare.strip("0.,") else bare
        return f"{signed} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Scale:
    """The values that the first and the last colour stand for; beyond them there may be more."""

    low: float
    high: float
    below: bool = False
    above: bool = False
    sign: int = 1

    def levels(self, values: Floats) -> Floats:
        """Return values as levels from 0 to 1."""
        span = self.high - self.low
        if span <= 0:
            return np.where(np.isnan(values), np.nan, 0.5)
        return np.clip((values - self.low) / span, 0, 1)

    def colours(self, values: Floats) -> Floats:
        """Return the levels of their colours: brighter is better."""
        levels = self.levels(values)
        return levels if self.sign > 0 else 1 - levels


def measure_of(metric: str) -> Measure:
    """Return how a metric is written; one that the catalogue does not know, plainly and higher is better."""
    known = BY_ID.get(metric)
    if known is None:
        return Measure(metric, metric, "", 1.0, 1)
    factor, unit = _UNITS.get(known.unit, (1.0, ""))
    return Measure(metric, known.title, unit, factor, -1 if known.better == "lower" else 1)


def scale_of(values: Floats, sign: int) -> Scale:
    """Return the colours' ends: the extremes, or where few values lie far out, what the others reach."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Scale(0.0, 0.0, sign=sign)
    # Without the outermost of them on either side: of a few one, of many one in fifty.
    ordered = np.sort(finite)
    least, most = float(ordered[0]), float(ordered[-1])
    few = min(-(-ordered.size // 50), (ordered.size - 1) // 4)
    low, high = float(ordered[few]), float(ordered[-1 - few])
    room = _FAR * (high - low)
    below, above = 0 < room < low - least, 0 < room < most - high
    return Scale(
        low if below else least,
        high if above else most,
        below or bool(np.isneginf(values).any()),
        above or bool(np.isposinf(values).any()),
        sign,
    )


def round_levels(scale: Scale, most: int) -> list[float]:
    """Return up to `most` round numbers strictly within a scale."""
    span = scale.high - scale.low
    if span <= 0:
        return []
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough * (1 - 1e-12))
    first = math.floor(scale.low / step) + 1
    return [n * step for n in range(first, math.ceil(scale.high / step)) if scale.low < n * step < scale.high]


def _decimals(span: float) -> int:
    return int(np.clip(2 - math.floor(math.log10(span)), 0, 6)) if span > 0 else 2
