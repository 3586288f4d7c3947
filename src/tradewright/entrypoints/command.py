"""The console script: Ctrl-C is heard from the first moment on, also while the commands are read.

Looking for garbage among all that is loaded for it is a fifth of the time that a short backtest takes. So it
is looked for less often here, and at the end only where somebody's own code may have left a file open.
"""

import gc
import sys

# What the module of a strategy in a file is called.
_OWN_CODE = "tradewright_strategy_"

gc.set_threshold(10_000, *gc.get_threshold()[1:])

try:
    from tradewright.entrypoints.cli.main import run as run_and_exit
except KeyboardInterrupt:
    print("E_CANCELLED: stopped.", file=sys.stderr)  # noqa: T201 - the consoles are not there yet
    sys.exit(130)


def run() -> None:
    """Run the command line that the program was called with, and exit."""
    try:
        run_and_exit()
    except SystemExit as ended:
        if not ended.code and not any(name.startswith(_OWN_CODE) for name in sys.modules):
            gc.freeze()
        raise
