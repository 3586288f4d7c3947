"""What to type next, built from what was asked, so that it can be pasted."""

import shlex
import shutil
import sys
from collections.abc import Container
from pathlib import Path
from typing import Any, cast

import typer
from rich.console import Console
from rich.markup import escape

_EXITS = ("stop_loss", "take_profit", "trailing", "break_even", "time_stop", "session_end")
# Where this run went: the next one needs a place and a name of its own.
_ITS_OWN = frozenset({"folder", "overwrite", "name", "move_name"})


def print_next(console: Console, context: typer.Context, shown_as: str | None) -> None:
    """Suggest commands that go on from the one that was run.

    Parameters
    ----------
    shown_as
        What ``show`` takes for the run; None when it is neither kept nor in a folder.
    """
    asked: dict[str, Any] = context.params
    command = again(context)
    steps: list[tuple[list[str], str]] = []
    if not any(asked[name] is not None for name in _EXITS):
        steps.append(([*command, "--stop-loss", "5", "--take-profit", "10"], "add exits"))
    if asked["direction"] is None:
        steps.append(([*command, "--direction", "both"], "trade both sides"))
    if asked["folder"] is None:
        steps.append(([*command, "--out", "report.html"], "a page to look at and to send"))
    if shown_as is not None:
        steps.append(([program(), "show", shown_as], "see it again"))
        steps.append(([program(), "reproduce", shown_as], "prove that it comes to the same"))
    console.print()
    console.print("Next", style="bold")
    for words, why in steps:
        console.print(f"  {escape(shlex.join(words))}  [dim]# {why}[/]", soft_wrap=True)


def again(context: typer.Context, without: Container[str] = _ITS_OWN) -> list[str]:
    """Return the words of the command that was run, without some options: where its run went."""
    words = [program(), str(context.info_name)]
    for option in context.command.params:
        value = context.params.get(str(option.name))
        # An option that may be repeated is an empty tuple when it was not given.
        if str(option.name) not in without and value != () and value != option.get_default(context):
            words += _words(option.opts[0] if option.opts[0].startswith("-") else "", value)
    return words


def _words(flag: str, value: Any) -> list[str]:
    """Write one option, or an argument, which has no flag."""
    if value is True:
        return [flag]
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    texts = [repr(one).removesuffix(".0") if isinstance(one, float) else str(one) for one in values]
    return [word for text in texts for word in ((flag, text) if flag else (text,))]


def program() -> str:
    """Return how to call this program from here: by name where the shell finds it, else by path."""
    started = Path(sys.argv[0])
    if started.name != "tradewright" or shutil.which("tradewright"):
        return "tradewright"
    return str(started.relative_to(Path.cwd())) if started.is_relative_to(Path.cwd()) else str(started)
