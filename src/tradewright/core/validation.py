"""Turning pydantic's complaints into our errors: what, where, nearest valid name, fix."""

from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from tradewright.core.errors import ParameterError, UnknownNameError

M = TypeVar("M", bound=BaseModel)


def build(model: type[M], values: dict[str, Any], *, kind: str, owner: str) -> M:
    """Make a `model` from `values`, with one clear error for the first thing wrong.

    Parameters
    ----------
    kind
        What one value is called: ``parameter``, ``rule`` ...
    owner
        Whose values these are, for the message: ``module 'rsi'``.

    Raises
    ------
    UnknownNameError
        ``E_PARAMETER_NAME`` for a name that `model` does not have.
    ParameterError
        ``E_PARAMETER`` for a value of the wrong type or out of bounds.
    """
    try:
        return model.model_validate(values)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False)[0]
        name = _name(first["loc"])
        if not name:
            # What is wrong lies between values, and the sentence names them.
            raise ParameterError(
                "E_PARAMETER", f"{kind}s of {owner}: {_sentence(first)}.", details={"owner": owner}
            ) from None
        if first["type"] == "extra_forbidden":
            raise _unknown(model, first["loc"], kind, owner) from None
        raise ParameterError(
            "E_PARAMETER",
            f"{kind} '{name}' of {owner} is {first['input']!r}: {_sentence(first)}.",
            details={"name": name, "value": first["input"], "owner": owner},
        ) from None


def _name(location: tuple[int | str, ...]) -> str:
    """Return ``stop_loss.value``, or ``take_profit 1 share``: parts of a list are counted from 1.

    A part in brackets is the tag of a form that a value may have, which nobody wrote.
    """
    parts = [part for part in location if isinstance(part, int) or not part.startswith("(")]
    if any(isinstance(part, int) for part in parts):
        return " ".join(str(part + 1) if isinstance(part, int) else part for part in parts)
    return ".".join(map(str, parts))


def _unknown(
    model: type[BaseModel], location: tuple[int | str, ...], kind: str, owner: str
) -> UnknownNameError:
    """Name what `model`, or the part of it that holds the unknown name, has instead."""
    *above, last = location
    part = model
    for step in above:
        if isinstance(step, str) and step in part.model_fields:
            part = _part_of(part.model_fields[step].annotation, last) or part
    where = f"{_name(tuple(above))} of {owner}" if above else owner
    return UnknownNameError("E_PARAMETER_NAME", kind, str(last), part.model_fields, where=where)


def _part_of(annotation: Any, unknown: int | str) -> type[BaseModel] | None:
    """Return the model inside `annotation`; of several the last, unless it knows the name."""
    inner = (_part_of(one, unknown) for one in get_args(annotation))
    found = [one for one in inner if one is not None and unknown not in one.model_fields]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        found.append(annotation)
    return found[-1] if found else None


def _sentence(error: Any) -> str:
    if error["type"] == "model_type":
        return "should be a mapping of names to values"
    message: str = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return (message[0].lower() + message[1:]).rstrip(".")
