"""Two consoles: results on stdout, everything else on stderr. Both honour ``NO_COLOR``."""

import json
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

BLOCKS = "▁▂▃▄▅▆▇█"
# Controls that a terminal obeys, and marks that turn the order of letters around.
_STEERING = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {*b"\t\n"}
_UNSAID = dict.fromkeys(_STEERING)
_IN_JSON = {code: f"\\u{code:04x}" for code in _STEERING}


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


class Guarded(Console):
    """A console on which text out of files, names and messages is shown and never obeyed."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render without whatever in the text would steer the terminal."""
        for segment in super().render(renderable, options):
            # Rich's own codes are made of styles and control segments, later.
            yield segment if segment.control else segment._replace(text=segment.text.translate(_UNSAID))


class Results(Guarded):
    """The console for results: a reader who has enough is an event to handle, not an exit."""

    def on_broken_pipe(self) -> None:
        """Let ``main`` end quietly; rich would exit with the code of a fault."""
        raise BrokenPipeError


def out() -> Console:
    """Return the console for results."""
    return Results(highlight=False, soft_wrap=False, emoji=False)


def beside() -> Console:
    """Return the console for what is said beside the result; lines break only where the terminal ends."""
    return Guarded(stderr=True, highlight=False, soft_wrap=True, emoji=False)


# Differences of what is drawn must have a value; NaN and infinities are no less beyond.
_BEYOND = 1e300


def say(text: str) -> None:
    """Say something beside the result, on stderr."""
    beside().print(escape(text), style="dim")


def warn(text: str) -> None:
    """Say something that the user should know although the result stands, on stderr."""
    beside().print(f"[yellow]![/] {escape(text)}")


def complain(code: str, message: str, fix: str) -> None:
    """Tell an error: code, what and where, fix; one line each way wide enough, never a traceback."""
    tail = f" {escape(fix)}" if fix else ""
    beside().print(f"[bold red]{code}[/]: {escape(message)}{tail}")


def print_json(value: Any) -> None:
    """Print exactly one JSON object on stdout, if there is one."""
    stream: TextIO | None = sys.stdout
    if stream is not None:
        text = json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False)
        stream.write(text.translate(_IN_JSON) + "\n")


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
