"""How far work is: a bar on a terminal, elsewhere a line every 5 % or 30 s. Always on stderr."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from tradewright.core.hooks import installed
from tradewright.entrypoints.cli.terminal import Guarded

_STEPS, _PAUSE_S = 20, 30.0


def _never() -> bool:
    """Say that nobody stops the work but Ctrl-C, which is an exception."""
    return False


@dataclass(frozen=True)
class _Bar:
    """Moves a bar."""

    bar: Progress
    task: TaskID
    cancelled: Callable[[], bool] = _never

    def progress(self, done: int, total: int, message: str) -> None:
        """Show how far, and at what."""
        self.bar.update(self.task, completed=done, total=total, description=message)


@dataclass
class _Lines:
    """Writes lines, few of them."""

    console: Console
    doing: str
    patience_s: float = 0.0
    cancelled: Callable[[], bool] = _never
    begun_at: float = field(default_factory=time.monotonic)
    told_at: float = field(default_factory=time.monotonic)
    told: int = 0

    def progress(self, done: int, total: int, message: str) -> None:  # noqa: ARG002 - the hook's shape
        """Say how far when that is news."""
        step, now = done * _STEPS // max(total, 1), time.monotonic()
        if now - self.begun_at < self.patience_s:
            return
        if total > 1 and done and (step > self.told or now - self.told_at >= _PAUSE_S):
            self.told, self.told_at = step, now
            self.console.print(f"{self.doing} {done:,} of {total:,}{self._left(done, total)}", style="dim")

    def _left(self, done: int, total: int) -> str:
        """Return how long the rest takes at this pace, once that can be said and is worth it."""
        left_s = (time.monotonic() - self.begun_at) * (total - done) / done
        if left_s < _PAUSE_S:
            return ""
        return f", {left_s / 60:,.0f} min left" if left_s >= 60 else f", {left_s:.0f} s left"


@contextmanager
def counting(
    doing: str, *, lines: bool, patience_s: float = 0.0, stopping: Callable[[], bool] = _never
) -> Generator[None]:
    """Show the progress of the work inside the block.

    Parameters
    ----------
    lines
        Whether to write lines where there is no terminal: not where each step says something by itself.
    patience_s
        How long work may take before the first of them, in seconds.
    stopping
        Says whether the work is to end early and give what it has.
    """
    console = Guarded(stderr=True, highlight=False)
    if console.is_terminal:
        rest = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
        bar = Progress(TextColumn(doing), *rest, console=console, transient=True)
        with bar, installed(_Bar(bar, bar.add_task("", total=None), stopping)):
            yield
    elif lines:
        with installed(_Lines(console, doing, patience_s, stopping)):
            yield
    else:
        yield
