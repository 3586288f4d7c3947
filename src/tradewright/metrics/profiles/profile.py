"""The door of this room: a run in the numbers of another package."""

from collections.abc import Callable

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import UnknownNameError
from tradewright.engine.types import Simulation
from tradewright.metrics.defined import finite
from tradewright.metrics.profiles import backtesting_py, empyrical, quantstats, vectorbt
from tradewright.metrics.profiles.catalog import CATALOG
from tradewright.metrics.profiles.material import Floats, Material, material_of

_MEASURES: dict[str, Callable[[Material], dict[str, float]]] = {
    "quantstats": quantstats.measure,
    "empyrical": empyrical.measure,
    "backtesting.py": backtesting_py.measure,
    "vectorbt": vectorbt.measure,
}
_PACKAGES = {package.name: package for package in CATALOG}
PROFILES: tuple[str, ...] = tuple(_PACKAGES)


def profile(
    name: str,
    simulation: Simulation,
    bars: Bars,
    *,
    fee: float,
    risk_free: float = 0.0,
    held: Floats | None = None,
) -> dict[str, float | None]:
    """Return what another package says of a run, under that package's names (engine.md 7.6).

    Parameters
    ----------
    name
        One of :data:`PROFILES`.
    simulation
        The raw result of a run.
    bars
        The series that it ran on, whole: the window is ``bars[simulation.start:]``.
    fee
        Fraction of notional, for the entry of buy and hold, which quantstats and empyrical compare with.
    risk_free
        Yearly risk-free return, a fraction above -1.
    held
        As in :func:`tradewright.metrics.summarize.summarize`.

    Returns
    -------
    dict
        Name -> value, in the package's units; durations in seconds. What the package has no finite
        number for is None. :data:`tradewright.metrics.profiles.catalog.CATALOG` holds the formula of
        each and in what it differs from ours; the order is its.

    Raises
    ------
    UnknownNameError
        ``E_PROFILE`` when there is no such profile.
    """
    if name not in _PACKAGES:
        raise UnknownNameError("E_PROFILE", "metric profile", name, PROFILES)
    with np.errstate(all="ignore"):  # what this leaves undefined is None below
        material = material_of(simulation, bars, fee=fee, risk_free=risk_free, held=held)
        numbers = _MEASURES[name](material)
    return {entry.name: finite(numbers[entry.name]) for entry in _PACKAGES[name].entries}
