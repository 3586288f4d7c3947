"""The arrays behind a plan's operands on one series: each module run once, each column made once."""

from math import ceil

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.resample import align, resample
from tradewright.core.timeframe import Timeframe
from tradewright.modules import registry
from tradewright.modules.module import Context, ModuleParams, Outputs
from tradewright.strategy.plan import Constant, ModuleColumn, Operand, Percentage, PriceColumn, StateValue

Floats = npt.NDArray[np.float64]


class Columns:
    """Operands of a plan as float64 arrays of ``len(bars)``; fixed numbers have length 1."""

    def __init__(self, bars: Bars, context: Context | None = None) -> None:
        self.bars = bars
        self._context = context or Context()
        self._higher: dict[Timeframe, Bars] = {bars.timeframe: bars}
        self._outputs: dict[tuple[str, ModuleParams, Timeframe], Outputs] = {}
        self._arrays: dict[Operand, Floats] = {}

    def array(self, operand: Operand) -> Floats:
        """Return the values of an operand, computed at the first call."""
        if operand not in self._arrays:
            self._arrays[operand] = self._computed(operand)
        return self._arrays[operand]

    def first_known(self, operand: Operand, back: int = 0) -> int:
        """Return how many leading bars cannot have a value of `operand` and of its `back` bars before.

        It may be more than there are bars; on a higher timeframe it is then an estimate from how many
        bars make one of its.
        """
        match operand:
            case Constant() | StateValue():
                return 0
            case Percentage():
                return self.first_known(operand.of, back)
            case PriceColumn():
                return self._visible_from(operand.timeframe, operand.shift + back)
            case ModuleColumn():
                warmup = registry.get(operand.module).warmup(operand.params)
                return self._visible_from(operand.timeframe, operand.shift + warmup + back)

    def own(self, operand: Operand) -> tuple[Bars, Floats]:
        """Return the bars that an operand is computed on, and its values there."""
        match operand:
            case Constant() | StateValue():
                return self.bars, self.array(operand)
            case Percentage():
                bars, values = self.own(operand.of)
                return bars, values * (operand.percent / 100.0)
            case PriceColumn():
                bars = self._bars_of(operand.timeframe)
                self._require_volume("the document", operand.field)
                return bars, _shifted(bars.column(operand.field), operand.shift)
            case ModuleColumn():
                bars = self._bars_of(operand.timeframe)
                return bars, _shifted(self._output(operand, bars), operand.shift)

    def shown(self, bars: Bars, values: Floats) -> Floats:
        """Return a column of `bars`, which :meth:`own` returned, on the bars of the run."""
        return values if bars is self.bars else align(self.bars, bars, values)

    def _computed(self, operand: Operand) -> Floats:
        match operand:
            case Constant():
                return np.array([operand.value])
            case StateValue():
                return np.array([float(operand.index)])
            case Percentage():
                return self.array(operand.of) * (operand.percent / 100.0)
            case PriceColumn() | ModuleColumn():
                return self.shown(*self.own(operand))

    def _output(self, column: ModuleColumn, bars: Bars) -> Floats:
        key = (column.module, column.params, bars.timeframe)
        if key not in self._outputs:
            reads = {*registry.get(column.module).inputs, getattr(column.params, "source", "")}
            self._require_volume(f"module '{column.module}'", *reads)
            self._outputs[key] = registry.compute(column.module, bars, column.params, self._context)
        return self._outputs[key][column.output]

    def _require_volume(self, what: str, *fields: str) -> None:
        if "volume" not in fields or "W_NO_VOLUME" not in self.bars.notes:
            return
        raise DataError(
            "E_NO_VOLUME",
            f"{what} needs volume, and {self.bars.symbol} has none: a condition on it says nothing.",
            fix="Give data with volume, or leave the condition out.",
            details={"symbol": self.bars.symbol},
        )

    def _bars_of(self, timeframe: Timeframe | None) -> Bars:
        wanted = timeframe or self.bars.timeframe
        if wanted not in self._higher:
            self._higher[wanted] = resample(self.bars, wanted)
        return self._higher[wanted]

    def _visible_from(self, timeframe: Timeframe | None, own_bars: int) -> int:
        bars = self._bars_of(timeframe)
        if bars is self.bars:
            return own_bars
        if own_bars >= len(bars):
            per_bar = bars.timeframe.ns / self.bars.timeframe.ns
            if len(bars):
                reached = int(np.searchsorted(self.bars.close_time, int(bars.close_time[-1])))
                per_bar = (reached + 1) / len(bars)
            return max(len(self.bars), ceil((own_bars + 1) * per_bar) - 1)
        return int(np.searchsorted(self.bars.close_time, int(bars.close_time[own_bars])))


def _shifted(values: Floats, shift: int) -> Floats:
    if not shift:
        return values
    out = np.empty_like(values)
    out[:shift] = np.nan
    out[shift:] = values[: max(values.size - shift, 0)]
    return out
