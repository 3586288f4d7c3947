"""``tw.runs``: what is kept. Apart from what opens a run, so that a list loads nothing heavy."""

from pathlib import Path

from tradewright.core.errors import ParameterError
from tradewright.library.runs.card import RunListing
from tradewright.library.runs.shelf import RunShelf


def runs(*, strategy: str | None = None, symbol: str | None = None, limit: int | None = None) -> RunListing:
    """Return the kept runs, the latest first.

    Parameters
    ----------
    strategy, symbol
        Only runs of this strategy id, on this symbol.
    limit
        Only so many.

    Returns
    -------
    RunListing
        A sequence of :class:`RunCard`; runs that cannot be opened are in it, and say why.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` for a limit below 1, and values of another type.
    EnvironmentFaultError
        ``E_READ`` when the kept runs cannot be read.
    """
    _require_text("strategy", strategy)
    _require_text("symbol", symbol)
    if limit is not None:
        _require_count(limit)
    return RunShelf().listing(strategy=strategy, symbol=symbol, limit=limit)


def _require_text(name: str, value: object) -> None:
    if value is not None and not isinstance(value, str):
        kind = type(value).__name__
        raise ParameterError(
            "E_PARAMETER", f"{name} is a {kind}, not text.", details={"name": name, "type": kind}
        )


def _require_count(limit: object) -> None:
    if not isinstance(limit, int) or isinstance(limit, bool):
        kind = type(limit).__name__
        raise ParameterError(
            "E_PARAMETER", f"limit is a {kind}, not a whole number.", details={"name": "limit", "type": kind}
        )
    if limit < 1:
        raise ParameterError(
            "E_PARAMETER", f"limit is {limit}; it must be 1 or more.", details={"name": "limit"}
        )


def delete_run(reference: str | Path) -> str:
    """Remove a kept run and return its fingerprint; its bars stay in the store.

    Raises
    ------
    InputError
        ``E_RUN`` when there is no such run, ``E_RUN_NOT_KEPT`` for a folder that ``save`` wrote.
    ParameterError
        ``E_PARAMETER`` for what is neither text nor a path.
    EnvironmentFaultError
        ``E_WRITE`` when it cannot be removed.
    """
    shelf = RunShelf()
    folder = shelf.find(reference)
    shelf.delete(folder)
    return folder.name
