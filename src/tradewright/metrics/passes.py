"""The compiled passes over equity and returns; everything else about a run is arithmetic on these."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel
from tradewright.kernels.ties import below

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]


class EquityPath(NamedTuple):
    """What one walk along the equity curve finds; depths are fractions of the peak, 0 or below."""

    deepest: float
    depth_sum: float
    episodes: int
    longest_ns: int
    mean_square_depth: float
    mean_equity: float


class Moments(NamedTuple):
    """Moments of period returns about their mean, and sums of what lies above and below 0."""

    mean: float
    second: float
    third: float
    fourth: float
    gain_sum: float
    loss_sum: float
    downside_square_sum: float


class Line(NamedTuple):
    """The least-squares line of y on x."""

    mean_x: float
    mean_y: float
    square_x: float
    slope: float
    square_residual: float


def floats(values: npt.ArrayLike) -> Floats:
    """View `values` as contiguous, read-only float64, so that each kernel has exactly one signature."""
    view = np.ascontiguousarray(values, np.float64).view()
    view.flags.writeable = False
    return view


def times(values: npt.ArrayLike) -> Times:
    """View `values` as contiguous, read-only int64; see :func:`floats`."""
    view = np.ascontiguousarray(values, np.int64).view()
    view.flags.writeable = False
    return view


@kernel
def equity_pass(equity: Floats, initial: float, clock: Times, origin: int, tolerance: float) -> EquityPath:
    """Walk the drawdown episodes of `equity`, whose first peak is `initial`, reached at `origin`.

    `clock` tells when each value was reached. An episode lasts from the last bar at the peak to the
    first that is back there, or to the last bar; equal by the tie rule is at the peak.
    """
    deepest = 0.0
    depth_sum = 0.0
    square_sum = 0.0
    total = 0.0
    episodes = 0
    longest = 0
    peak = initial
    left_peak_at = origin
    lowest = initial
    gaps = 0.0
    under = False
    n = equity.size
    for i in range(n + 1):
        ended = i == n
        value = peak if ended else equity[i]
        now = clock[n - 1] if ended else clock[i]
        if below(value, peak, tolerance):
            lowest = min(lowest, value) if under else value
            gaps += (peak - value) * (peak - value)
            under = True
        else:
            if under:
                depth = (lowest - peak) / peak
                deepest = min(deepest, depth)
                depth_sum += depth
                square_sum += gaps / (peak * peak)
                episodes += 1
                longest = max(longest, now - left_peak_at)
                gaps = 0.0
                under = False
            peak = max(peak, value)
            left_peak_at = now
        if not ended:
            total += value
    return EquityPath(deepest, depth_sum, episodes, longest, square_sum / n, total / n)


@kernel
def return_pass(points: Floats, initial: float, risk_free: float, returns: Floats) -> Moments:
    """Fill `returns` with the return of each period and take their moments, in two passes.

    Once an account is at 0 or below nothing moves any more (engine.md 5.3): such periods return 0.
    """
    n = points.size
    returns[0] = (points[0] - initial) / initial
    total = returns[0]
    for i in range(1, n):
        before = points[i - 1]
        change = (points[i] - before) / before if before > 0.0 else 0.0
        returns[i] = change
        total += change
    mean = total / n
    first = second = third = fourth = gains = losses = downside = 0.0
    for i in range(n):
        value = returns[i]
        away = value - mean
        square = away * away
        first += away
        second += square
        third += square * away
        fourth += square * square
        gains += max(value, 0.0)
        losses += min(value, 0.0)
        short = min(value - risk_free, 0.0)
        downside += short * short
    # What rounding left in the mean is taken out of it, and of the squares about it.
    return Moments(
        mean + first / n, max(second - first * first / n, 0.0), third, fourth, gains, losses, downside
    )


@kernel
def fit_line(x: Floats, y: Floats) -> Line:
    """Regress `y` on `x`; the residuals are summed in a pass of their own, free of cancellation."""
    n = x.size
    total_x = total_y = 0.0
    for i in range(n):
        total_x += x[i]
        total_y += y[i]
    mean_x = total_x / n
    mean_y = total_y / n
    square_x = product = 0.0
    for i in range(n):
        away = x[i] - mean_x
        square_x += away * away
        product += away * (y[i] - mean_y)
    slope = product / square_x if square_x > 0.0 else np.nan
    residual = 0.0
    for i in range(n):
        rest = (y[i] - mean_y) - slope * (x[i] - mean_x)
        residual += rest * rest
    return Line(mean_x, mean_y, square_x, slope, residual)
