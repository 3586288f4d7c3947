"""Importing what may not be installed, in one place and with the fix in the error."""

from importlib import import_module
from types import ModuleType

from tradewright.core.errors import EnvironmentFaultError


def optional(module: str, extra: str = "") -> ModuleType:
    """Import `module`, or say which extra of Tradewright brings it.

    Raises
    ------
    EnvironmentFaultError
        ``E_EXTRA`` when the package is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name is None or not module.startswith(missing.name.split(".")[0]):
            raise
        raise EnvironmentFaultError(
            "E_EXTRA",
            f"the package '{module}' is not installed.",
            fix="Install it with: pip install " + (f"'tradewright[{extra}]'" if extra else module),
            details={"module": module, "extra": extra},
        ) from missing
