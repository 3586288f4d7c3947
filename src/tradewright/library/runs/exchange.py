"""Two names swapped in one step, where the system can: nothing in between that a crash could leave."""

import errno
import os
from pathlib import Path
from typing import Any

from tradewright.core.optional import optional

_HERE = -100  # AT_FDCWD
_SWAP = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}


def exchange(one: Path, other: Path) -> bool:
    """Give each of two files or folders the other's name; False where that cannot be done in one step.

    Raises
    ------
    OSError
        As a rename does: one of them is not there, or may not be moved.
    """
    # Not loaded with this module: a list of runs has no use for it.
    ctypes: Any = optional("ctypes")
    libc: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(_HERE, names[0], _HERE, names[1], _SWAP)
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(*names, _SWAP)
    else:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))
