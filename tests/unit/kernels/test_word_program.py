"""Whole trees of conditions in words against the same trees worked out bar by bar."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.swept.values import filled_up, seeds, sizes, truth_from, values_from
from tradewright.kernels import truth, word_logic
from tradewright.kernels.bits import packed, packed_truth, unpacked, words_for
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.kernels.truth import FALSE, TRUE, Floats, Truth
from tradewright.kernels.word_compare import LANES, compare_pairs
from tradewright.kernels.word_program import Compared, Program, decide_all

NUMBERS = (100.0, 0.0, 99.5, -1.0)
COLUMNS, TRUTHS, ROWS = 5, 3, 4
KINDS = (*range(6), *range(word_logic.CROSSES_ABOVE, word_logic.KNOWN_TRUTH + 1))
ROLES = ("long_entry", "long_exit", "short_entry", "short_exit", "filter")
LOOKBACKS = (1, 1, 1, 2, 3, 10, 64, 70, 5_000)


@dataclass
class Material:
    """Columns, numbers and truths that were there already."""

    plain: list[Floats]
    known: list[Truth]

    def operand(self, row: int) -> Floats:
        return self.plain[row] if row >= 0 else np.array([NUMBERS[-1 - row]])


def drawn_tree(random: np.random.Generator, kinds: list[int], deep: int = 0) -> Any:
    """Draw a tree: the number of a place, or a way to combine, a count and members."""
    if deep > 2 or (len(kinds) > 12) or random.random() < 0.3 + 0.2 * deep:
        kinds.append(int(random.choice(KINDS)))
        return len(kinds) - 1
    members = [drawn_tree(random, kinds, deep + 1) for _ in range(random.integers(1, 5))]
    match = int(random.integers(word_logic.ALL, word_logic.AT_LEAST + 1))
    count = int(random.integers(1, len(members) + 1)) if match == word_logic.AT_LEAST else 0
    return match, count, members


def steps_of(tree: Any) -> list[tuple[int, int, int]]:
    if isinstance(tree, int):
        return [(word_logic.PUSH, tree, 0)]
    match, count, members = tree
    return [step for member in members for step in steps_of(member)] + [(match, len(members), count)]


def decided(tree: Any, of_place: list[Truth]) -> Truth:
    """Work a tree out bar by bar (engine.md 2.4)."""
    if isinstance(tree, int):
        return of_place[tree]
    match, count, members = tree
    table = np.stack([decided(member, of_place) for member in members])
    if match == word_logic.AT_LEAST:
        sure, possible = (table == TRUE).sum(axis=0), (table != FALSE).sum(axis=0)
        return ((sure >= count).astype(np.uint8) + (possible >= count)).astype(np.uint8)
    found = table.min(axis=0) if match == word_logic.ALL else table.max(axis=0)
    return TRUE - found if match == word_logic.NONE else found


def condition(kind: int, operands: list[Floats], back: Any) -> Truth:
    """Work one condition out bar by bar."""
    tolerance = TIE_TOLERANCE
    if kind == word_logic.KNOWN_TRUTH:
        found = operands[0].astype(np.uint8)
    elif kind in (word_logic.CROSSES_ABOVE, word_logic.CROSSES_BELOW):
        upward = kind == word_logic.CROSSES_ABOVE
        found = truth.cross(operands[0], operands[1], upward, tolerance)
    elif kind in (word_logic.BETWEEN, word_logic.OUTSIDE):
        found = truth.within(operands[0], operands[1], operands[2], kind == word_logic.BETWEEN, tolerance)
    else:
        found = truth.compare(operands[0], operands[1], kind, tolerance)
    found = truth.for_last(found, int(back[0])) if back[0] > 1 else found
    return truth.within_last(found, int(back[1])) if back[1] > 1 else found


class Drawing:
    """A program, the places of some rows, and what each row decides bar by bar."""

    def __init__(self, seed: int, n: int) -> None:
        self.random = random = np.random.default_rng(seed)
        self.n = n
        self.material = Material(
            [values_from(random, n) for _ in range(COLUMNS)], [truth_from(random, n) for _ in range(TRUTHS)]
        )
        self.kinds: list[int] = []
        self.trees = {role: drawn_tree(random, self.kinds) for role in ROLES if random.random() < 0.7}
        self.gate = random.random(n) < 0.7 if random.random() < 0.5 else None
        self.operands = [[self.operands_of(kind) for kind in self.kinds] for _ in range(ROWS)]
        self.backs = random.choice(LOOKBACKS, (ROWS, len(self.kinds), 2)).astype(np.int64)

    def operands_of(self, kind: int) -> list[int]:
        """Draw rows of operands, the left one a column; of a known truth its number."""
        if kind == word_logic.KNOWN_TRUTH:
            return [int(self.random.integers(TRUTHS))]
        right = 2 if kind in (word_logic.BETWEEN, word_logic.OUTSIDE) else 1
        return [
            int(self.random.integers(COLUMNS)),
            *(int(row) for row in self.random.integers(-len(NUMBERS), COLUMNS, right)),
        ]

    def program(self) -> Program:
        steps: list[tuple[int, int, int]] = []
        roles = np.zeros((5, 2), np.int64)
        for number, role in enumerate(ROLES):
            first = len(steps)
            steps += steps_of(self.trees[role]) if role in self.trees else []
            roles[number] = first, len(steps)
        gate = np.zeros(0, np.uint64) if self.gate is None else packed(self.gate)
        return Program(np.array(self.kinds, np.int64), np.array(steps, np.int64).reshape(-1, 3), roles, gate)

    def compared(self) -> tuple[Compared, np.ndarray]:
        """Return what is compared, and which pair each place of each row is."""
        pairs: dict[tuple[int, int], int] = {}
        places = np.zeros((ROWS, len(self.kinds), 2), np.int64)
        for row in range(ROWS):
            for number, (kind, rows) in enumerate(zip(self.kinds, self.operands[row], strict=True)):
                if kind == word_logic.KNOWN_TRUTH:
                    places[row, number, 0] = rows[0]
                    continue
                for side, other in enumerate(rows[1:]):
                    places[row, number, side] = pairs.setdefault((rows[0], other), len(pairs))
        table = np.array(list(pairs), np.int64).reshape(-1, 2)
        columns = np.stack([filled_up(column) for column in self.material.plain])
        numbers = np.repeat(np.array(NUMBERS)[:, None], LANES, axis=1)
        over, under = (np.empty((len(table), words_for(self.n)), np.uint64) for _ in range(2))
        compare_pairs(columns, numbers, table, TIE_TOLERANCE, over, under)
        known = np.stack([packed(~np.isnan(column)) for column in self.material.plain])
        truths = np.stack([packed_truth(found) for found in self.material.known])
        return Compared(over, under, table, known, truths), places

    def expected(self, row: int) -> dict[str, np.ndarray]:
        """Return what a row decides, bar by bar."""
        found: list[Truth] = []
        for kind, rows, back in zip(self.kinds, self.operands[row], self.backs[row], strict=True):
            if kind == word_logic.KNOWN_TRUTH:
                operands: list[Any] = [self.material.known[rows[0]]]
            else:
                operands = [self.material.operand(number) for number in rows]
            found.append(condition(kind, operands, back))
        fired = {role: decided(tree, found) == TRUE for role, tree in self.trees.items()}
        gate = np.ones(self.n, np.bool_) if self.gate is None else self.gate
        gate = gate & fired.get("filter", gate)
        nothing = np.zeros(self.n, np.bool_)
        return {
            role: fired.get(role, nothing) & (gate if role.endswith("entry") else True) for role in ROLES[:4]
        }


@given(seeds, sizes)
def test_what_a_program_decides_is_what_its_trees_decide_bar_by_bar(seed: int, n: int) -> None:
    drawing = Drawing(seed, n)
    compared, places = drawing.compared()
    decisions = np.full((ROWS, 5, words_for(n)), 99, np.uint64)

    decide_all(drawing.program(), places, drawing.backs, compared, decisions)

    for row in range(ROWS):
        for number, (role, wanted) in enumerate(drawing.expected(row).items()):
            assert unpacked(decisions[row, number], n).tolist() == wanted.tolist(), (row, role)
    assert (decisions[:, 4] == 99).all()  # not its own


@given(seeds, sizes, st.integers(1, ROWS - 1))
def test_a_row_decides_the_same_whatever_is_worked_out_with_it(seed: int, n: int, cut: int) -> None:
    drawing = Drawing(seed, n)
    compared, places = drawing.compared()
    program, backs = drawing.program(), drawing.backs
    whole, parts = (np.zeros((ROWS, 4, words_for(n)), np.uint64) for _ in range(2))

    decide_all(program, places, backs, compared, whole)
    decide_all(program, places[cut:], backs[cut:], compared, parts[cut:])
    decide_all(program, places[:cut], backs[:cut], compared, parts[:cut])

    assert np.array_equal(whole, parts)


def test_a_program_without_conditions_decides_nothing() -> None:
    nothing = np.zeros((0, 2), np.uint64)
    empty = Compared(nothing, nothing, np.zeros((0, 2), np.int64), nothing, np.zeros((0, 2, 2), np.uint64))
    program = Program(
        np.zeros(0, np.int64), np.zeros((0, 3), np.int64), np.zeros((5, 2), np.int64), nothing.ravel()
    )
    decisions = np.ones((1, 4, 2), np.uint64)
    none = np.zeros((1, 0, 2), np.int64)
    decide_all(program, none, none, empty, decisions)
    assert not decisions.any()
