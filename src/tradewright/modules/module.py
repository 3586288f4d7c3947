"""What a module is: one declared, pure function from bars to columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from tradewright.core.bars import Bars

Floats = npt.NDArray[np.float64]
Outputs = dict[str, Floats]


class ModuleParams(BaseModel):
    """Base of every module's ``Params``: frozen, unknown names refused, bounds declared on fields.

    A field's ``json_schema_extra={"sweep": [low, high, step]}`` gives its usual sweep range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Mirror:
    """How an output looks from the short side.

    Attributes
    ----------
    kind
        ``negate``: reflect about `centre` (RSI about 50: ``< 30`` becomes ``> 70``).
        ``price``: a price level of its own; comparisons between prices turn round, the output stays.
        ``swap``: use output `other` instead, and turn the comparison round (bands).
        ``exchange``: use output `other` instead, and leave comparison and threshold (+DI and -DI).
        ``states``: use the opposite state, from `pairs`.
        ``none``: no short reading exists (ADX, ATR, volume, time).
    """

    kind: Literal["negate", "price", "swap", "exchange", "states", "none"]
    centre: float = 0.0
    other: str = ""
    pairs: tuple[tuple[str, str], ...] = ()


NO_MIRROR = Mirror("none")
PRICE_MIRROR = Mirror("price")
TREND_STATES = ("none", "bullish", "bearish")
TREND_MIRROR = Mirror("states", pairs=(("bullish", "bearish"),))


@dataclass(frozen=True, slots=True)
class Output:
    """One column a module returns.

    Attributes
    ----------
    id
        Name in conditions and results.
    title
        Name on a chart.
    mirror
        How it reads for the short side.
    states
        Names of its values when it is a state: the column holds indices into this tuple.
    pane
        ``price`` is drawn over candles, ``own`` in a pane of its own.
    plot
        ``line``, ``histogram``, ``level`` or ``marker``.
    levels
        Horizontal lines worth drawing (30 and 70 for RSI).
    """

    id: str
    title: str
    mirror: Mirror
    states: tuple[str, ...] = ()
    pane: Literal["price", "own"] = "own"
    plot: Literal["line", "histogram", "level", "marker"] = "line"
    levels: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a module may see besides its bars; resolved by ``research``, never fetched here."""

    series: Mapping[str, Floats] = field(default_factory=dict[str, Floats])
    benchmark: Bars | None = None


Compute = Callable[[Bars, Any, Context], Outputs]


@dataclass(frozen=True, slots=True)
class Module:
    """A module's declaration; the id and category come from its file's place.

    Attributes
    ----------
    title
        Name for people; also matched by labels of a strategy document.
    params
        The ``Params`` class.
    inputs
        Bar columns it reads; ``source`` stands for the column that the parameter `source` names.
    outputs
        What it returns, the primary output first.
    compute
        ``(bars, params, context) -> {output id: float64 column of len(bars)}``. Must not touch its input.
    warmup
        ``params -> number of leading bars without a value``. Output is NaN exactly there, unless a
        reading is rare by nature (`sparse`).
    confirmation_lag
        ``params -> bars between the bar a reading is about and the bar that confirms it``.
    recursive
        True when every past bar keeps a (fading) influence, so values depend on where history starts.
    sparse
        True when NaN may also stand after the warm-up (no level known yet).
    """

    title: str
    params: type[ModuleParams]
    inputs: tuple[str, ...]
    outputs: tuple[Output, ...]
    compute: Compute
    warmup: Callable[[Any], int]
    confirmation_lag: Callable[[Any], int] = lambda _: 0
    recursive: bool = False
    sparse: bool = False
