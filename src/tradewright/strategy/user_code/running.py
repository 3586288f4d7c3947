"""Running a user's own code: errors point at the line in it."""

import inspect
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from tradewright.core.errors import CancelledError, StrategyCodeError, TradewrightError
from tradewright.strategy.user_code.printing import beside_results


@contextmanager
def running(name: str, kind: type, bars: int | None) -> Generator[None]:
    """Turn whatever the user's code raises into one error that says where.

    What it prints goes to standard error: standard output may be somebody's JSON.

    Parameters
    ----------
    name
        Whose code it is, for the message.
    kind
        The user's class, whose file is looked for in the traceback.
    bars
        Length of the series it ran on; None when it ran on none.

    Raises
    ------
    StrategyCodeError
        ``E_STRATEGY_CODE``, with the original as its cause.
    """
    try:
        with beside_results():
            yield
    except CancelledError:
        raise
    except (Exception, SystemExit) as raised:
        message = raised.message if isinstance(raised, TradewrightError) else described(raised)
        line, file = _place(raised.__traceback__, _file_of(kind))
        where = f" at line {line} of {Path(file).name}" if line else ""
        on = f" on {bars:,} bars" if bars is not None else ""
        raise StrategyCodeError(
            "E_STRATEGY_CODE",
            f"{name} failed{where}{on}: {message.rstrip('.')}.",
            fix=raised.fix if isinstance(raised, TradewrightError) else "",
            details={
                "line": line,
                "file": Path(file).name,
                "bars": bars,
                "type": type(raised).__name__,
                "text": str(raised),
            },
        ) from raised


def described(raised: BaseException) -> str:
    """Return an exception's type and the first line of its text; of an exit, that it was one."""
    if isinstance(raised, SystemExit):
        return f"SystemExit: it ended the process itself, with {raised.code!r}"
    lines = str(raised).strip().splitlines()
    return f"{type(raised).__name__}: {lines[0]}" if lines else type(raised).__name__


def line_in(raised: BaseException, file: str) -> int | None:
    """Return the line of `file` that an exception came through, None when it did not."""
    return _place(raised.__traceback__, file)[0]


def _file_of(kind: type) -> str:
    try:
        return inspect.getfile(kind)
    except (OSError, TypeError):
        return ""


def _place(trace: TracebackType | None, file: str) -> tuple[int | None, str]:
    """Return the last line of the user's file in a traceback, else the last outside of this package."""
    frames = traceback.extract_tb(trace)
    package = str(Path(__file__).parent.parent.parent)
    theirs = [frame for frame in frames if frame.filename == file]
    outside = [frame for frame in frames if not frame.filename.startswith(package)]
    for found in (theirs, outside):
        if found:
            return found[-1].lineno, found[-1].filename
    return None, file
