"""Columns in and out of pandas, polars and ccxt, without importing a frame library until it is used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tradewright.core.timeframe import Timeframe

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """Times and columns read from somebody's frame."""

    time: Times
    columns: Mapping[str, Floats]
    notes: Mapping[str, int] = field(default_factory=dict[str, int])
