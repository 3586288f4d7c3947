"""What to type next, built from what was typed, so that it can be pasted."""

import shlex
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape


def print_next(console: Console, typed: list[str]) -> None:
    """Suggest commands that go on from `typed`, the words after the program's name."""
    command = [_program(), *typed]
    exits = {"--stop-loss", "--take-profit", "--trailing", "--time-stop"}
    steps: list[tuple[list[str], str]] = []
    if not exits & set(typed):
        steps.append(([*command, "--stop-loss", "5", "--take-profit", "10"], "add exits"))
    if "--direction" not in typed:
        steps.append(([*command, "--direction", "both"], "trade both sides"))
    if "--out" in typed:
        folder = typed[typed.index("--out") + 1]
        steps.append(([_program(), "show", folder], "see it again"))
    else:
        steps.append(([*command, "--out", "runs/first"], "keep it"))
    console.print()
    console.print("Next", style="bold")
    for words, why in steps:
        console.print(f"  {escape(shlex.join(words))}  [dim]# {why}[/]", soft_wrap=True)


def _program() -> str:
    """Return how to call this program from here: by name where the shell finds it, else by path."""
    started = Path(sys.argv[0])
    if started.name != "tradewright" or shutil.which("tradewright"):
        return "tradewright"
    return str(started.relative_to(Path.cwd())) if started.is_relative_to(Path.cwd()) else str(started)
