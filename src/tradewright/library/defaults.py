"""The one place where the library reads its environment."""

import os
from pathlib import Path

from platformdirs import user_data_path


def debugging() -> bool:
    """Say whether ``TRADEWRIGHT_DEBUG`` asks for tracebacks."""
    return os.environ.get("TRADEWRIGHT_DEBUG", "") not in {"", "0"}


def home() -> Path:
    """Return the folder of everything that is kept: ``TRADEWRIGHT_HOME``, else the user's data folder."""
    chosen = os.environ.get("TRADEWRIGHT_HOME", "")
    return Path(chosen).expanduser() if chosen else user_data_path("tradewright", appauthor=False)
