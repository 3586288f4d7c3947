"""Scores of how a record holds together: Edge Stability, Prop Verification, K-ratio (7.4, 7.5)."""

import math

import numpy as np
import numpy.typing as npt

from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.metrics.defined import NO_DEVIATION, finite
from tradewright.metrics.passes import Floats, fit_line, floats

CHUNKS = 4
FEWEST_TRADES = 16
SHUFFLES = 499  # odd, so that the median is one of the values
SHUFFLE_SEED = 7

Counts = npt.NDArray[np.int64]
Score = dict[str, float | str | None]


def k_ratio(points: Floats, initial: float, per_year: float) -> float | None:
    """Kestner's K-ratio (1996), annualised: how straight and steep log equity climbs.

    The regression is over the ``n`` points ``initial, points...`` at steps of one period. None under 3
    points, with equity at 0 or below, and for a line without scatter.
    """
    n = points.size + 1
    if n < 3 or points.min() <= 0:
        return None
    logs = np.empty(n, np.float64)
    logs[0] = 0.0
    np.log(points / initial, out=logs[1:])
    steps = floats(np.arange(n, dtype=np.float64))
    line = fit_line(steps, floats(logs))
    scatter = math.sqrt(line.square_residual / (n - 2))
    if scatter <= NO_DEVIATION:
        return None
    error = scatter / math.sqrt(line.square_x)
    return finite(line.slope / (error * math.sqrt(n)) * math.sqrt(per_year))


def edge_stability(won: npt.NDArray[np.bool_]) -> Score:
    """``esi esi_shuffled_median esi_band`` from the outcomes of the closed trades, by exit time.

    What shuffling the trades would give is drawn, not shuffled: how many wins fall into each chunk (and
    among the dropped oldest) is multivariate hypergeometric. The seed is fixed: equal trades, equal median.
    """
    n = won.size
    size, dropped = divmod(n, CHUNKS)
    if n < FEWEST_TRADES or not won[dropped:].any():
        return {"esi": None, "esi_shuffled_median": None, "esi_band": None}
    value = float(_stability(won[dropped:].reshape(1, CHUNKS, size).sum(axis=2), size)[0])
    random = np.random.Generator(np.random.PCG64(SHUFFLE_SEED))
    wins = random.multivariate_hypergeometric([size] * CHUNKS + [dropped], int(won.sum()), SHUFFLES)
    drawn = wins[:, :CHUNKS]
    shuffled = _stability(drawn[drawn.any(axis=1)], size)
    return {
        "esi": value,
        "esi_shuffled_median": float(np.median(shuffled)),
        "esi_band": _band(value, ((0.7, "stable"), (0.5, "moderate")), "unstable"),
    }


def _stability(wins: Counts, size: int) -> Floats:
    """``clamp(1 - std(ddof=1) / mean, 0, 1)`` of the win rates in each row of `wins`."""
    rates = wins / size
    return np.clip(1 - rates.std(axis=1, ddof=1) / rates.mean(axis=1), 0.0, 1.0)


def prop_verification(numbers: dict[str, float | int | None]) -> Score:
    """``pvs`` and ``pvs_band`` from the other metrics: does the record stand up to a desk's questions."""
    trades, win_rate, factor = numbers["trades"], numbers["win_rate"], numbers["profit_factor"]
    drawdown, total_return = numbers["max_drawdown"], numbers["total_return"]
    if not trades or win_rate is None:
        return {"pvs": None, "pvs_band": None}
    value = (
        0.30 * min(1.0, win_rate * 100 / 50)
        + 0.30 * (1.0 if factor is None else min(1.0, factor / 1.5))
        + 0.20 * (min(1.0, 10 / abs(drawdown * 100)) if drawdown else 1.0)
        + 0.20 * min(1.0, trades / 100)
    )
    profitable = (factor is None or factor > 1) and (total_return or 0) > 0
    return {"pvs": value, "pvs_band": _pvs_band(value, trades, profitable=profitable)}


def _pvs_band(value: float, trades: float, *, profitable: bool) -> str:
    if trades < 30:
        return "insufficient"
    return _band(value, ((0.8, "ready"), (0.6, "close")), "not ready") if profitable else "not ready"


def _band(value: float, bands: tuple[tuple[float, str], ...], lowest: str) -> str:
    """Name the first band whose lower edge `value` reaches, equal by the tie rule included."""
    return next((name for edge, name in bands if value >= edge * (1 - TIE_TOLERANCE)), lowest)
