"""The one place where the library reads its environment."""

import os


def debugging() -> bool:
    """Say whether ``TRADEWRIGHT_DEBUG`` asks for tracebacks."""
    return os.environ.get("TRADEWRIGHT_DEBUG", "") not in {"", "0"}
