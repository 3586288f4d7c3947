"""``tradewright``: the commands, and what becomes of an error."""

import os
import sys
import traceback
from importlib.metadata import version as installed_version

import typer
from typer.exceptions import TyperException

from tradewright.core.errors import EnvironmentFaultError, TradewrightError
from tradewright.entrypoints.cli import backtest, data, doctor, listing, show, warm
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
app.command("strategies")(listing.strategies)
app.command("modules")(listing.modules)
app.command("show")(show.show)
app.command("doctor")(doctor.doctor)
app.command("warm")(warm.warm)
app.add_typer(data.app, name="data")


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
    """Run the command line and exit: the console script."""
    tolerate_narrow_encodings()
    sys.exit(exit_code(sys.argv[1:] if arguments is None else arguments))


def exit_code(words: list[str]) -> int:
    """Run one command line; return its exit code with every error told in one line."""
    typed = [word for word in words if word != "--debug"] or ["--help"]
    try:
        code = int(app(typed, standalone_mode=False, obj=typed) or 0)
        flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place where errors become words
        code = _told(error)
        if debugging() or "--debug" in words:
            traceback.print_exc()
    return code


def _told(error: BaseException) -> int:
    """Tell an error in one line and return its exit code."""
    match error:
        case TradewrightError():
            code, told = error.exit_code, (error.code, error.message, error.fix)
        case TyperException():
            code, told = 2, ("E_USAGE", error.format_message().rstrip(".") + ".", "See --help.")
        case typer.Abort() | KeyboardInterrupt():
            code, told = 130, ("E_CANCELLED", "stopped.", "")
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


def _silence_stdout() -> None:
    """Let nothing be written any more, or Python would complain again when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
