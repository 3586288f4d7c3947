"""Arrays that compiled code hands on without counting who holds them.

Every call that takes an array, alone or in a tuple, counts it up and down again, by calls of their own and
atomically: in code of many small functions that is nearly all of the time. What is borrowed is a pointer and
a shape, so there is nothing to count. It is good for as long as the array lives, so whoever borrows must
hold on to the array itself.
"""

import operator
from typing import Any, cast

import numba
from numba import extending, types
from numba.core import cgutils
from numba.extending import intrinsic, overload, overload_attribute

from tradewright.kernels import kernel

_numba, _types, _extending, _cgutils = (cast("Any", part) for part in (numba, types, extending, cgutils))
_index = _types.intp


class Borrowed(_types.Type):
    """The numba type of a contiguous array of one or two axes that nobody counts."""

    def __init__(self, dtype: Any, ndim: int) -> None:
        self.dtype, self.ndim = dtype, ndim
        super().__init__(name=f"Borrowed({dtype}, {ndim})")  # pyright: ignore[reportUnknownMemberType]


@_extending.register_model(Borrowed)
class _BorrowedModel(_extending.models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        members = [("data", _types.CPointer(kind.dtype)), ("rows", _index), ("columns", _index)]
        super().__init__(manager, kind, members)  # pyright: ignore[reportUnknownMemberType]


def _parts(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return _cgutils.create_struct_proxy(kind)(context, builder, value)


def _element(context: Any, builder: Any, kind: Any, value: Any, index: Any) -> Any:
    """Return a pointer to one element."""
    parts = _parts(context, builder, kind, value)
    if kind.ndim == 2:
        row, column = _cgutils.unpack_tuple(builder, index)
        index = builder.add(builder.mul(row, parts.columns), column)
    return builder.gep(parts.data, [index])


def _place(array: Any) -> Any:
    return _types.UniTuple(_index, 2) if array.ndim == 2 else _index


# Numba hands a typing context to each of these, and what they are to look at; most need only the second.


@intrinsic
def _borrow(typingctx: Any, array: Any) -> Any:  # noqa: ARG001
    kind = Borrowed(array.dtype, array.ndim)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        whole = context.make_array(array)(context, builder, arguments[0])
        shape = _cgutils.unpack_tuple(builder, whole.shape)
        parts = _cgutils.create_struct_proxy(kind)(context, builder)
        parts.data, parts.rows, parts.columns = whole.data, shape[0], shape[-1]
        return parts._getvalue()  # noqa: SLF001 - numba's own name for it

    return kind(array), generate


@intrinsic
def _get(typingctx: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return context.unpack_value(builder, array.dtype, _element(context, builder, array, *arguments))

    return array.dtype(array, _place(array)), generate


@intrinsic
def _set(typingctx: Any, array: Any, index: Any, value: Any) -> Any:  # noqa: ARG001
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        element = _element(context, builder, array, *arguments[:2])
        context.pack_value(builder, array.dtype, arguments[2], element)
        return context.get_dummy_value()

    return _types.void(array, _place(array), array.dtype), generate


@intrinsic
def _shape(typingctx: Any, array: Any) -> Any:  # noqa: ARG001
    kind = _types.UniTuple(_index, array.ndim)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        parts = _parts(context, builder, array, arguments[0])
        return context.make_tuple(builder, kind, [parts.rows, parts.columns][: array.ndim])

    return kind(array), generate


@intrinsic
def _address(typingctx: Any, array: Any) -> Any:  # noqa: ARG001
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        if isinstance(array, Borrowed):
            data = _parts(context, builder, array, arguments[0]).data
        else:
            data = context.make_array(array)(context, builder, arguments[0]).data
        return builder.bitcast(data, _cgutils.voidptr_t)

    return _types.voidptr(array), generate


_get_in, _set_in, _shape_in, _address_in, _borrow_in = (
    cast("Any", part) for part in (_get, _set, _shape, _address, _borrow)
)


@overload(operator.getitem)
def _overload_getitem(array: Any, index: Any) -> Any:  # noqa: ARG001
    if not isinstance(array, Borrowed):
        return None

    def get(array: Any, index: Any) -> Any:
        return _get_in(array, index)

    return get


@overload(operator.setitem)
def _overload_setitem(array: Any, index: Any, value: Any) -> Any:  # noqa: ARG001
    if not isinstance(array, Borrowed):
        return None

    def put(array: Any, index: Any, value: Any) -> Any:
        return _set_in(array, index, value)

    return put


@overload_attribute(Borrowed, "shape")
def _overload_shape(array: Any) -> Any:  # noqa: ARG001
    def shape(array: Any) -> Any:
        return _shape_in(array)

    return shape


@overload_attribute(Borrowed, "size")
def _overload_size(array: Any) -> Any:
    if array.ndim == 2:

        def area(array: Any) -> Any:
            rows, columns = _shape_in(array)
            return rows * columns

        return area

    def length(array: Any) -> Any:
        return _shape_in(array)[0]

    return length


@kernel
def _compiled(array: Any) -> Any:
    return _borrow_in(array)


def _interpreted(array: Any) -> Any:
    return array


# A view of a contiguous array that counts no references. Indices run from 0 up: none is checked, and none
# below 0 means the end.
borrowed = _interpreted if _numba.config.DISABLE_JIT else _compiled


@kernel
def address_of(array: Any) -> Any:
    """Return where a contiguous array's data is, for a function that was compiled apart."""
    return _address_in(array)
