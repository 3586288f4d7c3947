"""Putting the numbers of many rows into one template."""

from collections.abc import Sequence

import numpy as np

from tradewright.strategy.parametric.bound import BoundRows, IntArray, Place
from tradewright.strategy.parametric.operand_pool import OperandKind, OperandPool, RefusedRowError
from tradewright.strategy.parametric.reading import PlaceForm
from tradewright.strategy.parametric.template import Rows, Template, UnforeseenShapeError
from tradewright.strategy.plan import Operand


def bound_rows(template: Template, pool: OperandPool, rows: Rows, where: IntArray) -> BoundRows:
    """Fill a template that covers `rows`, which are those at the positions `where`.

    Raises
    ------
    InputError
        For a row whose parameters a module refuses, what a single run raises.
    UnforeseenShapeError
        When a number of the rules is not the value of an axis as it stands.
    """
    layout, sources = template.layout, template.sources
    of_rules = {path: sources[number] for path, number in layout.rule_numbers}
    if any(source.axis is not None and source.steps for source in of_rules.values()):
        raise UnforeseenShapeError
    operands, numbers = _operands(template, pool, rows, len(where))
    return BoundRows(
        rows=where,
        operands=operands,
        places=tuple(_place(form, template, numbers, rows) for form in layout.places),
        roles=dict(layout.roles),
        prices={name: numbers[position] for name, position in layout.prices},
        rules=template.example.rules,
        rule_leaves={path: source.axis for path, source in of_rules.items() if source.axis is not None},
        market=layout.market,
        warnings=layout.warnings,
    )


def _place(form: PlaceForm, template: Template, numbers: dict[int, IntArray], rows: Rows) -> Place:
    operands = np.stack([numbers[position] for position in form.operands], axis=1)
    within_last, for_last = (
        _in_each(template.numbers(template.sources[number], rows).astype(np.int64), len(operands))
        for number in (form.within_last, form.for_last)
    )
    return Place(form.operator, operands, within_last, for_last)


def _in_each(numbers: IntArray, count: int) -> IntArray:
    """Return one number per row, also of what is the same in all."""
    return numbers if len(numbers) == count else np.full(count, numbers[0])


def _operands(
    template: Template, pool: OperandPool, rows: Rows, count: int
) -> tuple[Sequence[Operand], dict[int, IntArray]]:
    """Return the distinct operands of the plans, and for each position among the forms its number per row."""
    layout = template.layout
    found = [_found(kind, template, pool, rows) for kind in _kinds(template)]
    used = {position for form in layout.places for position in form.operands}
    used |= {position for _, position in layout.prices}
    seen = np.zeros(len(pool.operands), np.bool_)
    for position in used:
        seen[found[position]] = True
    renumbered = np.cumsum(seen) - 1
    numbers = {position: _in_each(renumbered[found[position]], count) for position in used}
    return [pool.operands[number] for number in np.flatnonzero(seen)], numbers


def _kinds(template: Template) -> list[OperandKind]:
    sources = template.sources
    return [
        OperandKind(form.frame, tuple(sources[number] for number in form.numbers), example)
        for form, example in zip(template.layout.forms, template.example.operands, strict=True)
    ]


def _found(kind: OperandKind, template: Template, pool: OperandPool, rows: Rows) -> IntArray:
    try:
        return pool.numbers(kind, rows)
    except RefusedRowError as refused:
        template.compile(rows, refused.row)
        raise refused.why from None
