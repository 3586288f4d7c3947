"""The one place where the library reads its environment."""

import os
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_data_path


class Setting(NamedTuple):
    """An environment variable: what it is without being set, and what it means."""

    name: str
    default: str
    meaning: str


# What is read below, and what the packages read through which we find folders and draw on terminals.
SETTINGS = (
    Setting(
        "TRADEWRIGHT_HOME",
        "the user's data folder, `~/.local/share/tradewright` on Linux",
        "Folder of everything that is kept: stored bars, kept runs, and the bars that they ran on.",
    ),
    Setting(
        "TRADEWRIGHT_COMPUTE_URL",
        "`threads`: one for each CPU",
        "Where sweeps are computed: `threads:4`, `processes:4`, or the scheduler of a Dask cluster, "
        "`tcp://host:8786` (needs the extra `dask`).",
    ),
    Setting(
        "TRADEWRIGHT_DEBUG",
        "not set",
        "Anything but empty or `0` adds the traceback to an error, as `--debug` does.",
    ),
    Setting(
        "XDG_DATA_HOME",
        "`~/.local/share`",
        "Where the user's data folder is, on Linux, when `TRADEWRIGHT_HOME` is not set.",
    ),
    Setting(
        "XDG_CACHE_HOME",
        "`~/.cache`",
        "Where compiled code is kept, on Linux, in the folder `tradewright`. It can be removed at any time.",
    ),
    Setting("NO_COLOR", "not set", "Anything but empty prints without colours."),
    Setting("COLUMNS", "the terminal's width, 80 where there is none", "How wide tables are printed."),
)


def debugging() -> bool:
    """Say whether ``TRADEWRIGHT_DEBUG`` asks for tracebacks."""
    return os.environ.get("TRADEWRIGHT_DEBUG", "") not in {"", "0"}


def compute_url() -> str:
    """Return where work that can be dealt out is done: ``TRADEWRIGHT_COMPUTE_URL``, else threads."""
    return os.environ.get("TRADEWRIGHT_COMPUTE_URL", "") or "threads"


def home() -> Path:
    """Return the folder of everything that is kept: ``TRADEWRIGHT_HOME``, else the user's data folder."""
    chosen = os.environ.get("TRADEWRIGHT_HOME", "")
    return Path(chosen).expanduser() if chosen else user_data_path("tradewright", appauthor=False)
