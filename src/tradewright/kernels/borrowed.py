"""Arrays that compiled code hands on without counting who holds them."""

from typing import Any, cast

import numba
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from tradewright.kernels import kernel

_numba, _types = cast("Any", numba), cast("Any", types)


@intrinsic
def _pointer(typingctx: Any, address: Any) -> Any:  # noqa: ARG001 - numba calls it with both
    """Take an address as a pointer."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
        return builder.inttoptr(args[0], cgutils.voidptr_t)

    return _types.voidptr(_types.uintp), generate


_at = cast("Any", _pointer)  # the typing context is numba's own to give
_carray = _numba.carray


@kernel
def _compiled(array: Any) -> Any:
    return _carray(_at(array.ctypes.data), array.shape, array.dtype)


def _interpreted(array: Any) -> Any:
    return array


# A view of a contiguous array that counts no references.
#
# Every call that takes an array, alone or in a tuple, counts it up and down again, atomically: in a loop of
# many small functions that is most of the time. The view is good for as long as the array lives, so whoever
# borrows must hold on to the array itself.
borrowed = _interpreted if _numba.config.DISABLE_JIT else _compiled


@kernel
def address_of(array: Any) -> Any:
    """Return where a contiguous array's data is, for a function that was compiled apart."""
    return _at(array.ctypes.data)
