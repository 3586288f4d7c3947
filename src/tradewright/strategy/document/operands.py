"""What a condition compares: module outputs, prices, numbers, and percentages of those."""

from collections.abc import Mapping
from numbers import Real
from typing import Any

from tradewright.core.bars import FIELDS
from tradewright.core.errors import InputError
from tradewright.core.timeframe import Timeframe
from tradewright.modules import registry
from tradewright.modules.module import ModuleParams, Output
from tradewright.strategy.document.cursor import Cursor, camel, shown, snake
from tradewright.strategy.document.market import read_timeframe
from tradewright.strategy.plan import Constant, ModuleColumn, Operand, Percentage, PriceColumn

_MODULE_FIELDS = ("module", "module_id", "parameters", "params", "output", "timeframe", "shift")
_FORMS = """{"module": ...}, {"price": ...}, {"constant": ...} or {"percent": ..., "of": ...}"""
_PERCENTS = ("percent", "percent_above", "percent_below")


def read_operand(place: Cursor) -> Operand:
    """Read a number or an operand object.

    Raises
    ------
    DocumentError
        When what stands here is none, or names a module, output, field or parameter that is none.
    """
    if isinstance(place.value, str | Real):
        return Constant(place.number())
    if not isinstance(place.value, Mapping):
        place.fail(
            f"expected a number or an operand object, got {shown(place.value)}.", fix=f"Write {_FORMS}."
        )
    entries = place.entries()
    if "module" in entries or "module_id" in entries:
        return _module_operand(place)
    if "price" in entries:
        return _price_operand(place)
    if "constant" in entries:
        return Constant(place.fields("constant")["constant"].number())
    if any(name in entries for name in _PERCENTS):
        return _percent_operand(place)
    if not entries:
        place.fail("an operand says what it is.", fix=f"Write {_FORMS}.")
    odd = next(iter(entries.values()))
    known = [*map(camel, _MODULE_FIELDS), "price", "constant", *map(camel, _PERCENTS), "of"]
    return odd.unknown("operand field", odd.path.rsplit(".", 1)[-1], known, code="E_DOCUMENT_FIELD")


def module_column(
    place: Cursor, module_id: str, params: dict[str, Cursor], fields: dict[str, Cursor]
) -> ModuleColumn:
    """Make a column of module `module_id`; `fields` may hold ``output timeframe shift``."""
    return ModuleColumn(
        module=module_id,
        params=_parameters(place, module_id, params),
        output=_output(module_id, fields.get("output")),
        timeframe=_timeframe(fields),
        shift=_shift(fields),
    )


def known_module(place: Cursor) -> str:
    """Return the module id that stands here, checked to exist."""
    module_id = place.text()
    try:
        registry.get(module_id)
    except InputError as missing:
        place.fail(missing.message, fix=missing.fix, code=missing.code, **_without_path(missing.details))
    return module_id


def output_of(column: ModuleColumn) -> Output:
    """Return the declaration of a column's output."""
    return next(output for output in registry.get(column.module).outputs if output.id == column.output)


def one_spelling(fields: dict[str, Cursor], first: str, second: str) -> Cursor | None:
    """Return the field given as `first` or as `second`; both at once is an error."""
    if first in fields and second in fields:
        fields[second].fail(f"the same thing is given twice, also as {fields[first].path}.")
    return fields.get(first, fields.get(second))


def _module_operand(place: Cursor) -> ModuleColumn:
    fields = place.fields(*_MODULE_FIELDS)
    name = one_spelling(fields, "module", "module_id")
    if name is None:
        place.fail("the module is null.", fix="Name one, for example 'sma'.")
    params = one_spelling(fields, "parameters", "params")
    return module_column(place, known_module(name), {} if params is None else params.entries(), fields)


def _price_operand(place: Cursor) -> PriceColumn:
    fields = place.fields("price", "timeframe", "shift")
    if "price" not in fields:
        place.fail("the price field is null.", fix=f"Choose one of: {', '.join(FIELDS)}.")
    return PriceColumn(fields["price"].choice(FIELDS, "price field"), _timeframe(fields), _shift(fields))


def _percent_operand(place: Cursor) -> Percentage:
    fields = place.fields(*_PERCENTS, "of")
    given = [name for name in _PERCENTS if name in fields]
    if len(given) != 1:
        place.fail("give one of 'percent', 'percentAbove' and 'percentBelow'.")
    if "of" not in fields:
        place.fail("a percentage needs 'of'.", fix="For example {'percent': 99, 'of': {'price': 'close'}}.")
    number = fields[given[0]].number()
    percent = {"percent": number, "percent_above": 100 + number, "percent_below": 100 - number}[given[0]]
    of = read_operand(fields["of"])
    if isinstance(of, Constant):
        fields["of"].fail("a percentage of a fixed number is a fixed number.", fix="Write that number.")
    if isinstance(of, ModuleColumn) and output_of(of).states:
        fields["of"].fail(f"{of.module}.{of.output} is a state; it has no percentage.")
    return Percentage(percent, of)


def _timeframe(fields: dict[str, Cursor]) -> Timeframe | None:
    return read_timeframe(fields["timeframe"]) if "timeframe" in fields else None


def _shift(fields: dict[str, Cursor]) -> int:
    if "shift" not in fields:
        return 0
    return fields["shift"].integer(
        0, why=": it counts bars back, and a negative one would look into the future"
    )


def _output(module_id: str, place: Cursor | None) -> str:
    outputs = [output.id for output in registry.get(module_id).outputs]
    if place is None:
        return outputs[0]
    name = place.text()
    if name not in outputs:
        place.unknown("output", name, outputs, where=f" of module '{module_id}'")
    return name


def _parameters(place: Cursor, module_id: str, given: dict[str, Cursor]) -> ModuleParams:
    declared = registry.get(module_id).params.model_fields
    by_snake = {snake(name): name for name in declared}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in by_snake:
            written = value.path.rsplit(".", 1)[-1]
            of_module = f" of module '{module_id}'"
            value.unknown("parameter", written, declared, code="E_PARAMETER_NAME", where=of_module)
        annotation: Any = declared[by_snake[name]].annotation
        values[by_snake[name]] = _plain_number(value) if annotation in {int, float} else value.value
    try:
        return registry.parameters(module_id, values)
    except InputError as wrong:
        at = given.get(snake(str(wrong.details.get("name", ""))), place)
        at.fail(wrong.message, fix=wrong.fix, code=wrong.code, **_without_path(wrong.details))


def _plain_number(place: Cursor) -> float:
    """Return a number as Python's; pydantic would let one in quotes pass, and true for 1."""
    number = place.number()
    return int(number) if number.is_integer() else number


def _without_path(details: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in details.items() if key != "path"}
