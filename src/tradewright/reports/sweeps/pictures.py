"""What ``.plot`` of a sweep or of a search offers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.reports.sweeps.contour import contour
from tradewright.reports.sweeps.heatmap import Shown, heatmap
from tradewright.reports.sweeps.lines import Line, line_of
from tradewright.reports.sweeps.parallel import Bundle, parallel, room_for
from tradewright.reports.sweeps.picture import Picture
from tradewright.reports.sweeps.scale import measure_of

if TYPE_CHECKING:
    import polars as pl

Over = Literal["best", "median"]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# Where fewer cells than this have a combination, axes are cut into parts.
_SPARSE = 0.2
_MANY = 2_000
_FEWEST_PARTS, _MOST_PARTS, _MOST_VALUES = 6, 40, 100


class SweepPictures:
    """Pictures of scored combinations.

    Parameters
    ----------
    table
        A row for each combination: parameters, then metrics; null or NaN where undefined.
    axes
        Which columns are parameters.
    title
        What was swept, for people.
    allowed
        ``(rows,)``: which rows count; by default all. Others are left out, and the picture says how many.

    Raises
    ------
    InputError
        ``E_AXIS`` when no row is left.
    """

    def __init__(
        self, table: "pl.DataFrame", axes: Sequence[str], title: str, allowed: Flags | None = None
    ) -> None:
        self._axes = tuple(axes)
        self._metrics = tuple(name for name in table.columns if name not in self._axes)
        self._title = title
        self._dropped = 0 if allowed is None else int((~allowed).sum())
        self._table = table if allowed is None else table.filter(allowed)
        if not self._table.height:
            raise InputError("E_AXIS", "there is no combination to draw.", fix="Score some first.")

    def heatmap(
        self, x: str | None = None, y: str | None = None, metric: str | None = None, *, over: Over = "best"
    ) -> Picture:
        """Draw a cell for each pair of values of two parameters.

        Parameters
        ----------
        x, y
            Two parameters; by default the first two that have several values.
        metric
            What is coloured; by default Sharpe, or the first metric.
        over
            What stands for combinations that differ in other parameters only: the ``best`` of them by the
            catalogue, or their ``median``.

        Raises
        ------
        UnknownNameError
            ``E_AXIS`` or ``E_METRIC`` for a name that the table has not.
        InputError
            ``E_AXIS`` when there are no two different parameters.
        """
        shown = self._shown(x, y, metric, over)
        return self._picture("heatmap", heatmap(shown))

    def contour(
        self, x: str | None = None, y: str | None = None, metric: str | None = None, *, over: Over = "best"
    ) -> Picture:
        """Draw bands of equal value over two parameters that are numbers; else as :meth:`heatmap`."""
        # Between few combinations the contour lies as they do, and not as parts of their ranges.
        shown = self._shown(x, y, metric, over, cut=self._table.height >= _MANY)
        return self._picture("contour", contour(shown))

    def parallel(self, axes: Sequence[str] | None = None, metric: str | None = None) -> Picture:
        """Draw a line for each combination over the parameters, by default as many as fit.

        Of many combinations the best 250 are drawn, and 250 evenly from among the others.
        """
        varying = self._varying()
        names = list(axes) if axes else (varying or list(self._axes))[: room_for(varying) - 1]
        for name in names:
            self._known("parameter", "E_AXIS", name, self._axes)
        measured = self._metric(metric)
        left = [name for name in varying if name not in names]
        said = [f"not shown: {', '.join(left)}"] if left else []
        bundle = Bundle(
            tuple(line_of(name, self._column(name)) for name in names),
            self._values(measured),
            measure_of(measured),
            self._title,
            (*said, *self._left_out()),
        )
        return self._picture("parallel", parallel(bundle))

    def __repr__(self) -> str:
        """Say which pictures there are."""
        return f"SweepPictures({self._title}: .heatmap(x, y, metric), .contour(x, y, metric), .parallel())"

    def _picture(self, kind: str, svg: str) -> Picture:
        return Picture(self._title, kind, svg)

    def _shown(
        self, x: str | None, y: str | None, metric: str | None, over: Over, *, cut: bool = True
    ) -> Shown:
        if over not in ("best", "median"):
            raise ParameterError(
                "E_PARAMETER", f"over is {over!r}.", fix="Say 'best' or 'median'.", details={"name": "over"}
            )
        names, measured = self._pair(x, y), self._metric(metric)
        values = self._values(measured)
        first, second = names
        plain = line_of(first, self._column(first)), line_of(second, self._column(second))
        lines = self._lines(names) if cut else plain
        others = [name for name in self._varying() if name not in names]
        which = measure_of(measured).superlative if over == "best" else "median"
        said = [f"{which} over {', '.join(others)}"] if others else []
        parts = [f"{line.name} in {line.bins} parts" for line in lines if line.bins]
        said += ["; ".join(parts)] if parts else []
        return Shown(*lines, values, measure_of(measured), over, self._title, (*said, *self._left_out()))

    def _lines(self, names: tuple[str, str]) -> tuple[Line, Line]:
        """Return two axes; those of values nearly all different are cut into parts."""
        parts = int(np.clip(np.sqrt(self._table.height / 2), _FEWEST_PARTS, _MOST_PARTS))
        # A value that hardly any two share was drawn from a range.
        most = max(_MOST_VALUES, self._table.height // 50)
        x, y = (self._line(name, most, parts) for name in names)
        pairs = np.unique(y.place * len(x.labels) + x.place).size
        if pairs >= _SPARSE * len(x.labels) * len(y.labels):
            return x, y
        x, y = (self._line(name, parts, parts) for name in names)
        return x, y

    def _line(self, name: str, most: int, parts: int) -> Line:
        column = self._column(name)
        line = line_of(name, column)
        return line if len(line.labels) <= most and not line.bins else line_of(name, column, parts)

    def _pair(self, x: str | None, y: str | None) -> tuple[str, str]:
        for name in (x, y):
            if name is not None:
                self._known("parameter", "E_AXIS", name, self._axes)
        free = [name for name in (*self._varying(), *self._axes) if name not in (x, y)]
        picked = [name or (free.pop(0) if free else None) for name in (x, y)]
        first, second = picked
        if first is None or second is None or first == second:
            raise InputError(
                "E_AXIS",
                "two different parameters are needed for a plane.",
                fix=f"There is {', '.join(self._axes) or 'none'}; draw .parallel() instead.",
            )
        return first, second

    def _metric(self, metric: str | None) -> str:
        if metric is None:
            return "sharpe" if "sharpe" in self._metrics else self._metrics[0]
        self._known("metric", "E_METRIC", metric, self._metrics)
        return metric

    def _known(self, kind: str, code: str, name: str, choices: Sequence[str]) -> None:
        if name not in choices:
            raise UnknownNameError(code, kind, name, choices, where="this picture")

    def _varying(self) -> list[str]:
        return [name for name in self._axes if self._table[name].n_unique() > 1]

    def _column(self, name: str) -> npt.NDArray[Any]:
        column = self._table[name]
        if column.dtype.is_numeric():
            return column.to_numpy()
        found = np.empty(len(column), object)
        found[:] = column.to_list()
        return found

    def _values(self, metric: str) -> Floats:
        return self._table[metric].cast(float).to_numpy().astype(np.float64)

    def _left_out(self) -> list[str]:
        return (
            [f"{self._dropped:,} combinations break a constraint and are left out"] if self._dropped else []
        )
