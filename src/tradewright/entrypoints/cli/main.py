"""``tradewright``: the commands, and what becomes of an error."""

import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_group

import tradewright as tw
from tradewright.core.errors import CancelledError, EnvironmentFaultError, TradewrightError
from tradewright.core.optional import optional
from tradewright.entrypoints.cli.examples import show_in_help
from tradewright.entrypoints.cli.terminal import complain, flush, tolerate_narrow_encodings
from tradewright.library.defaults import debugging

# Where each command is, in the order of the help: one command waits for its own module only.
_HOMES = {
    "backtest": "backtest:backtest",
    "portfolio": "portfolio:portfolio",
    "sweep": "sweeping.sweep:sweep",
    "optimize": "optimizing.optimize:optimize",
    "import": "stored.import_files:import_files",
    "strategies": "listing:strategies",
    "modules": "listing:modules",
    "venues": "listing:venues",
    "list": "kept.shelf:list_runs",
    "show": "kept.show:show",
    "compare": "kept.compare:compare",
    "reproduce": "kept.reproduce:reproduce",
    "export": "kept.export:export",
    "delete": "kept.shelf:delete",
    "doctor": "doctor:doctor",
    "warm": "warm:warm",
    "data": "stored.data:app",
}
# What is no command yet, and asks what there is.
_GROUPS: tuple[list[str], ...] = ([], ["data"])


class _Commands(Mapping[str, Any]):
    """The commands by name; one is imported when it is asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _made(name, _HOMES[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in _HOMES

    def get(self, name: str, default: Any = None) -> Any:
        """Return a command; what goes wrong as it is imported is not taken for a name that is unknown."""
        return self[name] if name in _HOMES else default

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)


def _made(name: str, home: str) -> Any:
    """Import a command, or a group of them, and make of it what the parser calls."""
    module, _, function = home.partition(":")
    found: Any = getattr(optional(f"tradewright.entrypoints.cli.{module}"), function)
    holder = typer.Typer(add_completion=False, rich_markup_mode="rich")
    if isinstance(found, typer.Typer):
        show_in_help(found, f"{name} ")
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
        show_in_help(holder)
    return get_group(holder).commands[name]


class _Group(TyperGroup):
    """The program: it knows the names of its commands, and imports those that are asked for."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = _Commands()


app = typer.Typer(
    name="tradewright",
    help="Research, verify and run trading strategies.",
    epilog="Exit codes: 0 done, 1 our fault, 2 input, 3 data, 4 strategy code, 5 machine, 130 stopped.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    cls=_Group,
)


@app.callback(invoke_without_command=True)
def options(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True),
    debug: bool = typer.Option(False, "--debug", help="Show tracebacks."),  # noqa: ARG001 - read before
) -> None:
    """Handle what stands before the command."""
    if version:
        typer.echo(f"tradewright {tw.__version__}")
        raise typer.Exit


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    tolerate_narrow_encodings()
    sys.exit(exit_code(sys.argv[1:] if arguments is None else arguments))


def exit_code(words: list[str]) -> int:
    """Run one command line; return its exit code with every error told in one line."""
    try:
        code = _command(words)
        flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place where errors become words
        code = _told(error)
        if debugging() or "--debug" in words:
            traceback.print_exc()
    return code


def _command(words: list[str]) -> int:
    """Run a command and return its exit code; the libraries below end the program where we do not."""
    typed = [word for word in words if word != "--debug"]
    if typed in _GROUPS:
        typed.append("--help")
    try:
        code = int(app(typed, standalone_mode=False) or 0)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # rich, as it printed help
            raise BrokenPipeError from ended
        raise
    if code == CancelledError.exit_code:  # what typer makes of Ctrl-C
        raise KeyboardInterrupt
    return code


def _told(error: BaseException) -> int:
    """Tell an error in one line and return its exit code."""
    match error:
        case TradewrightError():
            code, told = error.exit_code, (error.code, error.message, error.fix)
        case TyperException():
            code, told = 2, ("E_USAGE", _ended(error.format_message()), "See --help.")
        case typer.Abort() | KeyboardInterrupt():
            code, told = CancelledError.exit_code, ("E_CANCELLED", "stopped.", "")
        case BrokenPipeError():
            # Whoever read our output has enough of it: nothing is left to say, to nobody.
            code, told = 0, None
            _silence_stdout()
        case OSError():
            reason = f"the output cannot be written: {error.strerror}."
            code, told = EnvironmentFaultError.exit_code, ("E_OUTPUT", reason, "Free some space.")
            _silence_stdout()
        case _:
            reason = f"{type(error).__name__}: {error}."
            code, told = 1, ("E_INTERNAL", reason, "This is our fault: run again with --debug and report it.")
    if told is not None:
        complain(*told)
    return code


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _silence_stdout() -> None:
    """Let nothing be written any more, or Python would complain again when it flushes at exit."""
    stream: TextIO | None = sys.stdout  # None when the shell closed it
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
