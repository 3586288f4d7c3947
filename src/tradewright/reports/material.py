"""What a report is made of, whether the run has just ended or was read from disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReportMaterial:
    """One run, ready to be drawn.

    Attributes
    ----------
    document
        What ``--json`` prints: ``run metrics trades warnings``, and ``envelope`` where it was computed.
    manifest
        What decides the result.
    time
        Bar opens of the window, UTC nanoseconds, int64.
    equity, drawdown
        Account currency at each close, and fraction under the peak; as long as `time`.
    benchmark
        Equity of buying and holding instead, as long as `time`; None when it is not known.
    bars
        The series that the run saw, its history before the window included; None when it is gone.
    fills
        The table of fills as named arrays, times in UTC nanoseconds; None when it is not known.
    """

    document: dict[str, Any]
    manifest: dict[str, Any]
    time: npt.NDArray[np.int64]
    equity: Floats
    drawdown: Floats
    benchmark: Floats | None = None
    bars: Bars | None = None
    fills: Mapping[str, npt.NDArray[Any]] | None = None
