"""The error tree. Every failure a user can cause is one of these, and says what, where and the fix.

::

    TradewrightError
    ├── InputError            exit 2   something asked for is wrong
    │   ├── UnknownNameError           no such strategy, module, parameter, field
    │   ├── ParameterError             a value of the wrong type or out of bounds
    │   └── DocumentError              a strategy document is broken; `details["path"]` points into it
    ├── DataError             exit 3   price data is missing, broken, or too little
    ├── StrategyCodeError     exit 4   a user's own Python raised
    ├── EnvironmentFaultError exit 5   an extra is not installed, a folder cannot be written
    └── CancelledError        exit 130 the user stopped it
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar


class TradewrightError(Exception):
    """Base of all errors that Tradewright raises on purpose.

    Parameters
    ----------
    code
        Stable identifier such as ``E_COLUMN``; listed in the error reference.
    message
        One sentence: what is wrong and where.
    fix
        One sentence: what to do about it. Empty when the message says it all.
    details
        Machine-readable facts (row, column, value, choices, path ...).
    retryable
        True when the same call may succeed later.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fix: str = "",
        details: Mapping[str, Any] | None = None,
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
        self.details: dict[str, Any] = dict(details or {})
        self.retryable = retryable

    def __str__(self) -> str:
        """Return code, message and fix on one line."""
        return f"{self.code}: {self.message}" + (f" {self.fix}" if self.fix else "")

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain data, the shape every face prints."""
        return {
            "success": False,
            "error": self.message,
            "code": self.code,
            "fix": self.fix,
            "details": self.details,
        }


class InputError(TradewrightError):
    """Something the caller asked for is wrong."""

    exit_code = 2


class UnknownNameError(InputError):
    """A name that nothing here has. Names the nearest one that exists."""

    def __init__(self, code: str, kind: str, name: str, choices: Iterable[str], *, where: str = "") -> None:
        known = sorted(choices)
        near = nearest(name, known)
        at = f" in {where}" if where else ""
        fix = f"Choose one of: {_listed(known)}." if known else "There is none yet."
        if near:
            fix = f"Did you mean {_quoted(near)}?"
        super().__init__(
            code,
            f"unknown {kind} '{name}'{at}.",
            fix=fix,
            details={"name": name, "nearest": near, "choices": known, **({"path": where} if where else {})},
        )


class ParameterError(InputError):
    """A value of the wrong type, or outside its bounds."""


class DocumentError(InputError):
    """A strategy document that cannot be read as it stands; ``details["path"]`` says where."""

    def __init__(self, code: str, path: str, message: str, *, fix: str = "", **details: Any) -> None:
        where = path or "document"
        super().__init__(code, f"{where}: {message}", fix=fix, details={"path": path, **details})


class DataError(TradewrightError):
    """Price data is missing, broken, or too little for what was asked."""

    exit_code = 3


class StrategyCodeError(TradewrightError):
    """A user's own strategy code failed, or returned something that is not a signal."""

    exit_code = 4


class EnvironmentFaultError(TradewrightError):
    """The machine lacks something: an optional package, a writable folder, disk."""

    exit_code = 5


class CancelledError(TradewrightError):
    """The user stopped the operation."""

    exit_code = 130


def nearest(name: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """Return up to `limit` of `choices` that look like `name`, best first."""
    name = str(name)  # whatever a caller without a type checker passes
    by_folded = {_folded(choice): choice for choice in choices}
    found = get_close_matches(_folded(name), by_folded, n=limit, cutoff=0.6)
    return [by_folded[match] for match in found]


def _folded(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _quoted(names: list[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


def _listed(names: list[str], limit: int = 24) -> str:
    shown = ", ".join(names[:limit])
    return shown + (f" and {len(names) - limit} more" if len(names) > limit else "")
