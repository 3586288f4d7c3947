"""`docs/reference/command-line.md`, from the commands themselves."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from typer.main import get_command

from tools.references.errors import exit_codes
from tools.references.markdown import MADE, cell, code, table
from tradewright.entrypoints.cli.examples import ENDINGS, EXAMPLES
from tradewright.entrypoints.cli.main import app

PAGE = Path("docs/reference/command-line.md")
PROGRAM = "tradewright"
_INTRODUCTION = f"""\
{MADE}
# Command line

`{PROGRAM} COMMAND --help` says the same in a terminal. Results go to stdout, everything else to
stderr; `--json` prints exactly one object. An error is one line: its [code](errors.md#errors), what is wrong
and where, and what to do. `{PROGRAM} --debug COMMAND ...` adds the traceback, `{PROGRAM} --version` says the
version.

## Exit codes

"""


def commands(group: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield each command that does something, by the words that call it."""
    top: Any = get_command(app)
    for name, command in sorted((group or top).commands.items()):
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def page(_root: Path) -> str:
    """Return the page."""
    return "\n".join([_INTRODUCTION + exit_codes(), *(_chapter(*found) for found in commands())])


def _chapter(name: str, command: Any) -> str:
    arguments = [one for one in command.params if not one.opts[0].startswith("-")]
    options = [one for one in command.params if one.opts[0].startswith("-")]
    usage = " ".join([PROGRAM, name, *map(_placed, arguments), *(["[OPTIONS]"] if options else [])])
    parts = [
        f"## {name}\n",
        f"```sh\n{usage}\n```\n",
        f"{' '.join(command.help.split())}\n",
        *([table(("argument", "meaning"), map(_argument, arguments))] if arguments else []),
        *_panels(options),
        *_examples(EXAMPLES.get(name, ())),
        *(f"Exit code {number}: {meaning}\n" for number, meaning in ENDINGS.get(name, {}).items()),
    ]
    return "\n".join(parts)


def _examples(lines: tuple[str, ...]) -> list[str]:
    text = "\n".join(lines)
    return [f"For example:\n\n```sh\n{text}\n```\n"] if lines else []


def _panels(options: list[Any]) -> Iterator[str]:
    places = {one.rich_help_panel: place for place, one in reversed(list(enumerate(options)))}
    ordered = sorted(options, key=lambda one: places[one.rich_help_panel])
    for panel, found in groupby(ordered, key=lambda one: one.rich_help_panel):
        yield table((panel or "option", "meaning"), map(_option, found))


def _placed(argument: Any) -> str:
    name = argument.name.upper() + ("..." if argument.nargs == -1 or argument.multiple else "")
    return name if argument.required else f"[{name}]"


def _argument(argument: Any) -> list[str]:
    return [code(argument.name.upper()), cell(argument.help or "")]


def _option(option: Any) -> list[str]:
    flag = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.metavar or option.name.upper()}"
    default = option.default if option.show_default and not option.is_flag else None
    notes = [
        "Required." if option.required else "",
        ""
        if default in (None, "")
        else f"By default {default:g}."
        if isinstance(default, float)
        else f"By default {default}.",
    ]
    return [code(flag + value), " ".join(filter(None, [cell(option.help or ""), *notes]))]
