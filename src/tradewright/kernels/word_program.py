"""Trees of conditions for many parameters at once: the same steps, each time on other rows of words."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel
from tradewright.kernels.bits import Words
from tradewright.kernels.word_logic import (
    BETWEEN,
    CROSSES_ABOVE,
    CROSSES_BELOW,
    KNOWN_TRUTH,
    PUSH,
    combine,
    comparison,
    crossing,
    look_back,
)

Numbers = npt.NDArray[np.int64]


class Compared(NamedTuple):
    """What conditions are made of, by row.

    Attributes
    ----------
    over, under
        ``(pairs, words)``: where the first of a pair is above, and below, the second.
    pairs
        ``(pairs, 2)``: rows of `known`; below 0 for a fixed number.
    known
        ``(columns, words)``: where a column has a value.
    truths
        ``(truths, 2, words)``: conditions that were worked out in another way.
    """

    over: Words
    under: Words
    pairs: Numbers
    known: Words
    truths: Words


class Program(NamedTuple):
    """What is the same for all parameters.

    Attributes
    ----------
    kinds
        Of each place: a comparison of truth.py, or a kind of word_logic.py.
    steps
        ``(steps, 3)``: PUSH and a place; or how to combine, of how many, and the k of AT_LEAST.
    roles
        ``(5, 2)``: first and one past the last step of long entry, long exit, short entry, short exit and
        filter; both 0 where there is none.
    gate
        Words of where entries are let through; of length 0 for everywhere.
    """

    kinds: Numbers
    steps: Numbers
    roles: Numbers
    gate: Words


class Stack(NamedTuple):
    """Truths at hand, one in a row, and rows to work with."""

    true: Words
    false: Words
    known: Words
    spare: Words


@kernel
def known_of(compared: Compared, pair: int, known: Words) -> None:
    """Write where both of a pair have a value."""
    first, second = compared.pairs[pair, 0], compared.pairs[pair, 1]
    for w in range(known.size):
        known[w] = compared.known[first, w]
        if second >= 0:
            known[w] &= compared.known[second, w]


@kernel
def push(kind: int, rows: Numbers, backs: Numbers, compared: Compared, stack: Stack, top: int) -> None:
    """Put the truth of one condition into row `top`; `rows` are its pairs, `backs` its lookbacks."""
    true, false, known = stack.true, stack.false, stack.known[0]
    if kind == KNOWN_TRUTH:
        true[top] = compared.truths[rows[0], 0]
        false[top] = compared.truths[rows[0], 1]
    else:
        known_of(compared, rows[0], known)
        over, under = compared.over[rows[0]], compared.under[rows[0]]
        if kind < CROSSES_ABOVE:
            comparison(kind, over, under, known, true, false, top)
        elif kind <= CROSSES_BELOW:
            crossing(over if kind == CROSSES_ABOVE else under, known, true, false, top)
        else:
            inside_range(kind == BETWEEN, rows, compared, stack, top)
    look_back(true, false, top, backs[0], backs[1], stack.spare)


@kernel
def inside_range(inside: bool, rows: Numbers, compared: Compared, stack: Stack, top: int) -> None:
    """Put where a value lies between two others, bounds included, or where it does not, into row `top`."""
    known, other = stack.known[0], stack.known[1]
    known_of(compared, rows[1], other)
    under, over = compared.under[rows[0]], compared.over[rows[1]]
    for w in range(known.size):
        both = known[w] & other[w]
        within = both & ~(under[w] | over[w])
        stack.true[top, w] = within if inside else both & ~within
        stack.false[top, w] = both & ~stack.true[top, w]


@kernel
def evaluate(
    program: Program, role: int, places: Numbers, backs: Numbers, compared: Compared, stack: Stack
) -> bool:
    """Work out a role's tree into row 0; False where there is none."""
    top = 0
    for i in range(program.roles[role, 0], program.roles[role, 1]):
        step, count = program.steps[i, 0], program.steps[i, 1]
        if step == PUSH:
            push(int(program.kinds[count]), places[count], backs[count], compared, stack, top)
            top += 1
        else:
            top -= count
            combine(step, program.steps[i, 2], top, count, stack.true, stack.false)
            top += 1
    return top > 0


@kernel
def decide_all(
    program: Program, places: Numbers, backs: Numbers, compared: Compared, decisions: Words
) -> None:
    """Work out what is decided, once for each row of `places`.

    Parameters
    ----------
    places
        ``(rows, places, 2)``: pairs that each place compares, or the number of a truth.
    backs
        ``(rows, places, 2)``: bars of ``for_last`` and ``within_last``, 1 for none.
    decisions
        ``(rows, at least 4, words)``: long entry, long exit, short entry and short exit are filled in.
    """
    words = decisions.shape[2]
    room = max(1, program.kinds.size)
    stack = Stack(
        np.empty((room, words), np.uint64),
        np.empty((room, words), np.uint64),
        np.empty((2, words), np.uint64),
        np.empty((1, words), np.uint64),
    )
    gate = np.empty(words, np.uint64)
    for i in range(places.shape[0]):
        gate[:] = ~np.uint64(0)
        if evaluate(program, 4, places[i], backs[i], compared, stack):
            gate[:] = stack.true[0]
        if program.gate.size > 0:
            gate &= program.gate
        for role in range(4):
            if not evaluate(program, role, places[i], backs[i], compared, stack):
                decisions[i, role, :] = 0
                continue
            entry = role % 2 == 0
            for w in range(words):
                found = stack.true[0, w]
                decisions[i, role, w] = found & gate[w] if entry else found
