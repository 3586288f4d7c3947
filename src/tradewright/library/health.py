"""Checks that prove an installation works, rather than assume it."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from tradewright.core.errors import EnvironmentFaultError, TradewrightError
from tradewright.data.samples import sample_symbols
from tradewright.kernels import cache_folder
from tradewright.library.api import backtest
from tradewright.library.defaults import home
from tradewright.library.warming import synthetic_bars

REQUIRED = ("numpy", "numba", "polars", "pandas", "pydantic", "typer", "rich", "tzdata")
_PROBE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, whether it is good, what was seen, and the fix when it is not."""

    subject: str
    good: bool
    detail: str
    fix: str = ""


def diagnose() -> list[Finding]:
    """Look at everything a backtest needs, and run one whose money must add up."""
    return [
        _python(),
        *(_package(name) for name in REQUIRED),
        _samples(),
        _try("home", writable_home),
        _try("compiled code", compiled_code),
        _try("backtest", first_backtest),
    ]


def _python() -> Finding:
    good = sys.version_info >= (3, 11)
    return Finding("python", good, platform.python_version(), "" if good else "Install Python 3.11 or newer.")


def _package(name: str) -> Finding:
    try:
        return Finding(name, good=True, detail=version(name))
    except PackageNotFoundError:
        return Finding(name, good=False, detail="missing", fix=f"pip install {name}")


def _samples() -> Finding:
    if find_spec("bokeh_sampledata") is None:
        return Finding(
            "sample data", good=True, detail="not installed; pip install 'tradewright[demo]' adds it"
        )
    return Finding("sample data", good=True, detail=", ".join(sample_symbols()))


def _try(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, good=True, detail=check())
    except TradewrightError as error:
        return Finding(subject, good=False, detail=error.message, fix=error.fix)


def writable_home() -> str:
    """Write into the folder where series and runs are kept, or where it would be made, and leave nothing.

    Raises
    ------
    EnvironmentFaultError
        ``E_WRITE`` when that is refused.
    """
    folder = home()
    try:
        there = _nearest_there(folder)
        with tempfile.NamedTemporaryFile(prefix=".doctor-", dir=there) as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
        free = shutil.disk_usage(there).free
    except OSError as refused:
        raise EnvironmentFaultError(
            "E_WRITE",
            f"{folder} cannot be written: {refused.strerror}. Runs and series cannot be kept.",
            fix="Make it writable, free some space, or set TRADEWRIGHT_HOME to another folder.",
            details={"path": str(folder)},
        ) from refused
    return f"{folder}, {free / 1e9:,.1f} GB free" + ("" if there == folder else "; made by the first run")


def _nearest_there(folder: Path) -> Path:
    """Return `folder`, or the folder over it that is there."""
    while not (folder.exists() or folder.is_symlink()) and folder.parent != folder:
        folder = folder.parent
    return folder


def compiled_code() -> str:
    """Say where compiled kernels are kept.

    Raises
    ------
    EnvironmentFaultError
        ``E_CACHE`` when no folder can be written, so that every start compiles again.
    """
    folder = cache_folder()
    if folder is None or not os.access(folder, os.W_OK):
        raise EnvironmentFaultError(
            "E_CACHE",
            "compiled code cannot be kept: the user's cache folder is not writable.",
            fix="Make it writable, or set XDG_CACHE_HOME to a folder that is.",
            details={"path": str(folder)},
        )
    kept = sum(1 for _ in folder.rglob("*.nbi"))
    return (
        f"{kept} kernels in {folder}" if kept else f"none yet in {folder}; 'tradewright warm' compiles them"
    )


def first_backtest() -> str:
    """Run a backtest and check that its money adds up (engine.md 5.6).

    Raises
    ------
    EnvironmentFaultError
        ``E_SELF_TEST`` when it does not.
    """
    run = backtest("ma_crossover", synthetic_bars(), close_at_end=True)
    realised = float(run.trade_columns()["pnl"].sum())
    gained = run.metrics["final_equity"] - run.metrics["initial_cash"]
    if abs(gained - realised) > 1e-9 * run.metrics["initial_cash"]:
        raise EnvironmentFaultError(
            "E_SELF_TEST",
            f"a test backtest gained {gained} while its trades sum to {realised}.",
            fix="Reinstall numpy, numba and tradewright; report it if that does not help.",
            details={"gained": gained, "realised": realised},
        )
    return f"{run.metrics['trades']} trades, and the money adds up"
