"""What goes to another process and comes back: work, pieces, results, and errors as they were raised."""

import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from tradewright.core.errors import EnvironmentFaultError, InputError
from tradewright.core.optional import optional

# It also takes along what was written in a notebook or in the script that was started.
BY_VALUE = "cloudpickle"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error in parts, because exceptions whose constructor asks for more cannot be pickled whole."""

    kind: type[BaseException]
    args: tuple[Any, ...]
    facts: dict[str, Any]

    @classmethod
    def of(cls, error: BaseException) -> "Failure":
        """Take an error apart, with where it was raised as a note."""
        trace = "".join(traceback.format_exception(error))
        notes = [*getattr(error, "__notes__", []), f"In the worker:\n{trace}"]
        return cls(type(error), error.args, vars(error) | {"__notes__": notes})

    def error(self) -> BaseException:
        """Put the error together again: by its constructor where that gives the same, else around it."""
        try:
            error = self.kind(*self.args)
        except Exception:  # noqa: BLE001 - a constructor that asks for more than `args` raises anything
            error = None
        if error is None or error.args != self.args:
            error = self.kind.__new__(self.kind, *self.args)
        vars(error).update(self.facts)
        return error


def packed(thing: Any, subject: str) -> bytes:
    """Return `thing` as bytes, for another process.

    Raises
    ------
    InputError
        ``E_COMPUTE_SEND``, about `subject`.
    """
    try:
        return _dumps()(thing)
    except Exception as refused:
        raise InputError(
            "E_COMPUTE_SEND",
            f"{subject} cannot be sent to another process: {refused}.",
            fix="Use functions and classes of a module that can be imported, or compute in threads.",
        ) from refused


def unpacked(data: bytes) -> Any:
    """Return what another process packed.

    Raises
    ------
    EnvironmentFaultError
        ``E_COMPUTE_READ`` when it refers to what is not here.
    """
    try:
        return pickle.loads(data)  # noqa: S301 - from the process that started or was given this one
    except Exception as refused:
        raise EnvironmentFaultError(
            "E_COMPUTE_READ",
            f"what another process sent cannot be read: {type(refused).__name__}: {refused}.",
            fix="Put functions and classes into a file that can be imported there, or install "
            f"{BY_VALUE} here; other machines need the packages that are installed here.",
        ) from refused


def answer(act: Callable[[], Any]) -> bytes:
    """Call `act` in a worker and return its result or its failure as bytes; never raises."""
    try:
        return pickle.dumps((True, act()), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # noqa: BLE001 - raised again by `answered`, where it is waited for
        return _failure(error)


def answered(data: bytes) -> Any:
    """Return the result that :func:`answer` packed, or raise what it caught, as it was."""
    good, value = unpacked(data)
    if good:
        return value
    raise cast("Failure", value).error()


def _failure(error: BaseException) -> bytes:
    """Return an error as bytes that are known to be readable; one that cannot be sent is told in words."""
    try:
        data = pickle.dumps((False, Failure.of(error)), pickle.HIGHEST_PROTOCOL)
        pickle.loads(data)[1].error()  # noqa: S301 - written in the line above
    except Exception:  # noqa: BLE001 - an error may hold anything, and says nothing of what it needs
        told = EnvironmentFaultError(
            "E_COMPUTE_ERROR", f"a worker failed with {type(error).__name__}: {error}."
        )
        return pickle.dumps((False, Failure.of(told.with_traceback(error.__traceback__))))
    return data


def _dumps() -> Callable[[Any], bytes]:
    """Return the pickler that takes most, of those installed."""
    try:
        return optional(BY_VALUE, "dask").dumps
    except EnvironmentFaultError:
        return pickle.dumps
