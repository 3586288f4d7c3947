"""The console script: Ctrl-C is heard from the first moment on, also while the commands are read."""

import sys

try:
    from tradewright.entrypoints.cli.main import run
except KeyboardInterrupt:
    print("E_CANCELLED: stopped.", file=sys.stderr)  # noqa: T201 - the consoles are not there yet
    sys.exit(130)

__all__ = ["run"]
