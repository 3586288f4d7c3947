"""Strategies on their way to workers: a class in a file goes as the file's name, all else as it is."""

from pathlib import Path
from typing import Any

from tradewright.library.strategies import load_strategy


def opened(source: Any) -> Any:
    """Return the document or class that a name stands for; anything else is returned as it is."""
    return load_strategy(source) if isinstance(source, str) else source


def sendable(given: Any, source: Any) -> Any:
    """Return what is sent to workers for a strategy that was `given`: classes in files cannot be sent.

    Their names go with the whole path, since workers may stand in another folder.
    """
    if not (isinstance(given, str) and isinstance(source, type)):
        return source
    file, colon, name = given.strip().rpartition(":")
    return (
        f"{Path(file).resolve()}:{name}"
        if colon and file.endswith(".py")
        else str(Path(given.strip()).resolve())
    )
