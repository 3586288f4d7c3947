"""``tradewright``: the commands, and what becomes of an error."""

import sys
import traceback
from importlib.metadata import version as installed_version

import typer
from typer.exceptions import TyperException

from tradewright.core.errors import TradewrightError
from tradewright.entrypoints.cli import backtest, doctor, listing, show, warm
from tradewright.entrypoints.cli.terminal import complain
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


@app.callback(invoke_without_command=True)
def options(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True),
    debug: bool = typer.Option(False, "--debug", help="Show tracebacks."),  # noqa: ARG001 - read by run()
) -> None:
    """Handle what stands before the command."""
    if version:
        typer.echo(f"tradewright {installed_version('tradewright')}")
        raise typer.Exit


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: the console script."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(exit_code(words))


def exit_code(words: list[str]) -> int:
    """Run one command line; return its exit code with every error told in one line."""
    loud = debugging() or "--debug" in words
    try:
        return int(app(words, standalone_mode=False) or 0)
    except TradewrightError as error:
        complain(error.code, error.message, error.fix)
        _trace(loud)
        return error.exit_code
    except TyperException as misuse:
        complain("E_USAGE", misuse.format_message(), "See --help.")
        return 2
    except (typer.Abort, KeyboardInterrupt):
        complain("E_CANCELLED", "stopped.", "")
        return 130
    except BrokenPipeError:
        # Whoever read our output has closed it: nothing is left to say, to nobody.
        sys.stderr.close()
        return 0
    except Exception as fault:  # noqa: BLE001 - the last line of defence: a fault is told, never a traceback
        complain(
            "E_INTERNAL",
            f"{type(fault).__name__}: {fault}",
            "This is our fault: run again with --debug and report it.",
        )
        _trace(loud)
        return 1


def _trace(loud: bool) -> None:
    if loud:
        traceback.print_exc()
