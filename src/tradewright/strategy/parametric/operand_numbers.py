"""An operand taken apart: the numbers in it, and the rest, which numbers never change."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from tradewright.modules import registry
from tradewright.modules.module import ModuleParams
from tradewright.strategy.plan import Constant, ModuleColumn, Operand, Percentage, PriceColumn


def numbers_of(operand: Operand) -> tuple[float, ...]:
    """Return every number in an operand; :func:`with_numbers` takes them in the same order."""
    match operand:
        case Constant():
            return (operand.value,)
        case Percentage():
            return (operand.percent, *numbers_of(operand.of))
        case PriceColumn():
            return (operand.shift,)
        case ModuleColumn():
            return (operand.shift, *(value for _, value in _numeric(operand.params)))
        case _:
            return ()


def frame_of(operand: Operand) -> Hashable:
    """Return what is left of an operand without its numbers; equal frames take the same numbers."""
    match operand:
        case Constant():
            return Constant
        case Percentage():
            return (Percentage, frame_of(operand.of))
        case PriceColumn():
            return replace(operand, shift=0)
        case ModuleColumn():
            words = tuple((name, value) for name, value in operand.params if not _is_number(value))
            names = tuple(name for name, _ in _numeric(operand.params))
            return (operand.module, operand.output, operand.timeframe, repr(words), names)
        case _:
            return operand


def with_numbers(operand: Operand, numbers: Iterable[float]) -> Operand:
    """Return `operand` with other numbers in it.

    Raises
    ------
    InputError
        When a module refuses them as its parameters.
    """
    return _refilled(operand, iter(numbers))


def _refilled(operand: Operand, numbers: Iterator[float]) -> Operand:
    match operand:
        case Constant():
            return Constant(float(next(numbers)))
        case Percentage():
            return Percentage(float(next(numbers)), _refilled(operand.of, numbers))
        case PriceColumn():
            return replace(operand, shift=int(next(numbers)))
        case ModuleColumn():
            return replace(operand, shift=int(next(numbers)), params=_params(operand, numbers))
        case _:
            return operand


def _params(operand: ModuleColumn, numbers: Iterator[float]) -> ModuleParams:
    values: dict[str, Any] = dict(operand.params)
    for name, _ in _numeric(operand.params):
        number = next(numbers)
        values[name] = int(number) if float(number).is_integer() else number
    return registry.parameters(operand.module, values)


def _numeric(params: ModuleParams) -> Iterator[tuple[str, float]]:
    return ((name, value) for name, value in params if _is_number(value))


def _is_number(value: object) -> bool:
    """Say whether a number of the document can have become `value`; a flag may be made from 0 or 1."""
    return isinstance(value, int | float)
