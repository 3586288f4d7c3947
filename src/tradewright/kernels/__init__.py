"""Typed compiled primitives, and the decorator that every compiled function is made with.

Numba's on-disk cache looks only at the file a function stands in, so it goes stale when a callee in
another file changes. Compiled code is therefore kept in a folder named after the content of every
source file that can hold a kernel, the numba version and the CPU: any change starts a new folder.
"""

import hashlib
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, ParamSpec, TypeVar, cast

import llvmlite.binding as llvm
import numba
from numba.core import config as numba_config
from platformdirs import user_cache_path

P = ParamSpec("P")
R = TypeVar("R")

_PACKAGE = Path(__file__).resolve().parent.parent
_ROOMS = ("kernels", "engine", "modules", "metrics")
# numba reads its cache folder from one setting of the whole process.
_numba_settings = threading.Lock()


@cache
def cache_folder() -> Path | None:
    """Return the folder for compiled code, or None where the machine lets us write nowhere."""
    sources = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((_PACKAGE / room).rglob("*.py")):
            sources.update(str(path.relative_to(_PACKAGE)).encode())
            sources.update(path.read_bytes())
    machine = f"{numba.__version__}-{llvm.get_host_cpu_name()}"
    folder = user_cache_path("tradewright") / "kernels" / f"{machine}-{sources.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A file that is there already proves nothing: the folder itself must take a new one, or numba
        # would fall back to writing beside the sources.
        with NamedTemporaryFile(dir=folder):
            pass
    except OSError:
        return None
    return folder


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` with numba: cached on disk, GIL released, IEEE arithmetic (1.0 / 0.0 is inf).

    Never ``parallel`` (its thread pools abort the process when two Python threads enter) and never
    ``fastmath`` (NaN has a meaning here). Without a writable cache folder, code is compiled in memory.
    """
    return _compiled(function)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` as :func:`kernel` does, and put its code wherever it is called.

    For small functions that are called millions of times with many arguments: handing those over takes
    longer than the work.
    """
    return _compiled(function, forceinline=True)


def _compiled(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    folder = cache_folder()
    settings = cast("Any", numba_config)
    with _numba_settings:
        before = settings.CACHE_DIR
        settings.CACHE_DIR = str(folder or "")
        try:
            jit = cast("Any", numba).njit(
                nogil=True, cache=folder is not None, error_model="numpy", **options
            )
            compiled = jit(function)
        finally:
            settings.CACHE_DIR = before
    return cast("Callable[P, R]", compiled)


def interpreted(function: Callable[P, R]) -> Callable[P, R]:
    """Return the plain Python function behind a kernel, for tests that compare both."""
    return cast("Callable[P, R]", cast("Any", function).py_func)
