"""``tradewright``: the commands, and what becomes of an error."""

import os
import sys
import traceback
from importlib.metadata import version as installed_version
from typing import TextIO

import typer
from typer.exceptions import TyperException

from tradewright.core.errors import CancelledError, EnvironmentFaultError, TradewrightError
from tradewright.entrypoints.cli import backtest, data, doctor, import_files, listing, warm
from tradewright.entrypoints.cli.examples import show_in_help
from tradewright.entrypoints.cli.kept import compare, export, reproduce, shelf, show
from tradewright.entrypoints.cli.terminal import complain, flush, tolerate_narrow_encodings
from tradewright.library.defaults import debugging

app = typer.Typer(
    name="tradewright",
    help="Research, verify and run trading strategies.",
    epilog="Exit codes: 0 done, 1 our fault, 2 input, 3 data, 4 strategy code, 5 machine, 130 stopped.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("backtest")(backtest.backtest)
app.command("import")(import_files.import_files)
app.command("strategies")(listing.strategies)
app.command("modules")(listing.modules)
app.command("list")(shelf.list_runs)
app.command("show")(show.show)
app.command("compare")(compare.compare)
app.command("reproduce")(reproduce.reproduce)
app.command("export")(export.export)
app.command("delete")(shelf.delete)
app.command("doctor")(doctor.doctor)
app.command("warm")(warm.warm)
app.add_typer(data.app, name="data")
# What is no command yet, and asks what there is.
_GROUPS: tuple[list[str], ...] = ([], ["data"])
show_in_help(app)
show_in_help(data.app, "data ")


@app.callback(invoke_without_command=True)
def options(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True),
    debug: bool = typer.Option(False, "--debug", help="Show tracebacks."),  # noqa: ARG001 - read before
) -> None:
    """Handle what stands before the command."""
    if version:
        typer.echo(f"tradewright {installed_version('tradewright')}")
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
