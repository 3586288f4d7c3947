"""Two consoles: results on stdout, everything else on stderr. Both honour ``NO_COLOR``."""

import json
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape

BLOCKS = "▁▂▃▄▅▆▇█"


def tolerate_narrow_encodings() -> None:
    """Replace characters that the terminal's encoding lacks, rather than fail on them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def flush() -> None:
    """Push results out now, while an error can still be told."""
    stream: TextIO | None = sys.stdout  # None when the shell closed it
    if stream is not None:
        stream.flush()


class Results(Console):
    """The console for results: a reader who has enough is an event to handle, not an exit."""

    def on_broken_pipe(self) -> None:
        """Let ``main`` end quietly; rich would exit with the code of a fault."""
        raise BrokenPipeError


def out() -> Console:
    """Return the console for results."""
    return Results(highlight=False, soft_wrap=False)


# Differences of what is drawn must have a value; NaN and infinities are no less beyond.
_BEYOND = 1e300


def say(text: str) -> None:
    """Say something beside the result, on stderr."""
    Console(stderr=True, highlight=False).print(text, style="dim")


def complain(code: str, message: str, fix: str) -> None:
    """Tell an error: code, what and where, fix; one line each way wide enough, never a traceback."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    tail = f" {escape(fix)}" if fix else ""
    console.print(f"[bold red]{code}[/]: {escape(message)}{tail}")


def print_json(value: Any) -> None:
    """Print exactly one JSON object on stdout."""
    sys.stdout.write(json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def sparkline(values: Sequence[float], width: int) -> str:
    """Draw `values` as one line of blocks, each the last value of its share of the series.

    What no account holds is left out: a run that outgrew all numbers shows where it came from.
    """
    count = min(width, len(values))
    picked = [float(values[(i + 1) * len(values) // count - 1]) for i in range(count)]
    picked = [value for value in picked if abs(value) < _BEYOND]
    if not picked:
        return ""
    low, high = min(picked), max(picked)
    step = (high - low) / (len(BLOCKS) - 1) or 1.0
    return "".join(BLOCKS[round((value - low) / step)] for value in picked)
