"""Comparing two columns 64 bars at a time by the tie rule (engine.md 2.2).

For numbers that are not infinite, ``above(a, b)`` is ``a - b > tolerance * max(|a|, |b|)``, in the same
arithmetic as :mod:`tradewright.kernels.ties`. A loop over bars that shifts flags into a word compiles to
code six times as slow as comparing vectors and taking the mask that the processor makes.
"""

from typing import Any, cast

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from tradewright.kernels import kernel
from tradewright.kernels.bits import WORD, Words
from tradewright.kernels.ties import above, below

Floats = npt.NDArray[np.float64]

LANES = 8
TILE = 8  # words of a column that stay close to the processor while all pairs take their turn

_ir, _types = cast("Any", ir), cast("Any", types)
_I64, _I8, _F64 = _ir.IntType(64), _ir.IntType(8), _ir.DoubleType()
_VECTOR, _BITS = _ir.VectorType(_F64, LANES), _ir.VectorType(_I64, LANES)
_MAGNITUDE = 0x7FFF_FFFF_FFFF_FFFF


def _spread(builder: Any, number: Any) -> Any:
    """Return a vector with `number` in every lane."""
    vector = _ir.Constant(_VECTOR, _ir.Undefined)
    for lane in range(LANES):
        vector = builder.insert_element(vector, number, _ir.Constant(_ir.IntType(32), lane))
    return vector


def _absolute(builder: Any, vector: Any) -> Any:
    mask = _ir.Constant(_BITS, [_MAGNITUDE] * LANES)
    return builder.bitcast(builder.and_(builder.bitcast(vector, _BITS), mask), _VECTOR)


def _load(builder: Any, start: Any, offset: Any) -> Any:
    place = builder.bitcast(builder.gep(start, [offset]), _VECTOR.as_pointer())
    return builder.load(place, align=8)


def _added(builder: Any, word: Any, flags: Any, lane: int) -> Any:
    """Put eight flags into a word, from bit `lane` on."""
    byte = builder.zext(builder.bitcast(flags, _I8), _I64)
    return builder.or_(word, builder.shl(byte, _ir.Constant(_I64, lane)))


@intrinsic
def _compared(typingctx: Any, a: Any, b: Any, at: Any, step: Any, tolerance: Any) -> Any:  # noqa: ARG001
    """Compare 64 values of `a` from `at` on with those of `b` from ``at * step`` on, `step` 0 or 1."""
    signature = _types.UniTuple(_types.uint64, 2)(a, b, _types.int64, _types.int64, _types.float64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        arrays = zip(signature.args[:2], arguments[:2], strict=True)
        left, right = (context.make_array(kind)(context, builder, value) for kind, value in arrays)
        at, step, tolerance = arguments[2:]
        wide = _spread(builder, tolerance)
        over = under = _ir.Constant(_I64, 0)
        for lane in range(0, WORD, LANES):
            here = builder.add(at, _ir.Constant(_I64, lane))
            x, y = _load(builder, left.data, here), _load(builder, right.data, builder.mul(here, step))
            apart = builder.fsub(x, y)
            one, other = _absolute(builder, x), _absolute(builder, y)
            larger = builder.select(builder.fcmp_ordered(">", one, other), one, other)
            reach = builder.fmul(wide, larger)
            over = _added(builder, over, builder.fcmp_ordered(">", apart, reach), lane)
            under = _added(builder, under, builder.fcmp_ordered("<", apart, builder.fneg(reach)), lane)
        return context.make_tuple(builder, signature.return_type, [over, under])

    return signature, generate


def _compared_in_python(a: Floats, b: Floats, at: int, step: int, tolerance: float) -> tuple[int, int]:
    """Compare one value after the other."""
    over = under = 0
    for k in range(WORD):
        x, y = a[at + k], b[(at + k) * step]
        over |= int(above(x, y, tolerance)) << k
        under |= int(below(x, y, tolerance)) << k
    return over, under


_numba = cast("Any", numba)
# The typing context is numba's own to give.
compared = cast("Any", _compared_in_python if _numba.config.DISABLE_JIT else _compared)


@kernel
def compare_pairs(
    columns: Floats,
    constants: Floats,
    pairs: npt.NDArray[np.int64],
    tolerance: float,
    over: Words,
    under: Words,
) -> None:
    """Compare pairs of operands on every bar.

    Parameters
    ----------
    columns
        ``(columns, 64 * words)``, finite or NaN; NaN beyond the last bar.
    constants
        ``(constants, LANES)``, each number eight times.
    pairs
        ``(pairs, 2)``: a column, and a column or ``-1 - k`` for constant `k`.
    over, under
        Filled in, ``(pairs, words)``: where the first is above the second, and where below. Neither where
        they are equal or one is NaN.
    """
    words = over.shape[1]
    for tile in range(0, words, TILE):
        stop = min(tile + TILE, words)
        for p in range(pairs.shape[0]):
            a, second = columns[pairs[p, 0]], pairs[p, 1]
            fixed = second < 0
            b = constants[-1 - second] if fixed else columns[second]
            for w in range(tile, stop):
                over[p, w], under[p, w] = compared(a, b, w * WORD, 0 if fixed else 1, tolerance)
