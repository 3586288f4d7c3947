"""Where a value stands inside plain rules, and putting one there."""

from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise
from typing import Any, cast

from pydantic import BaseModel

from tradewright.core.errors import ParameterError
from tradewright.core.validation import build
from tradewright.engine.rule_parts import Sizing
from tradewright.research.rule_words import Plain

Path = tuple[str | int, ...]

OWNER = "the sweep"
# What the number means that stands for a whole part.
_NUMBER_OF = {"stop_loss": "value", "take_profit": "value", "trailing": "value", "break_even": "after"}
_WORD_OF = {"entry": "kind"}


def name_of(path: Path) -> str:
    """Return the name of a place as an axis writes it: targets are counted from 1."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def opened(base: Mapping[str, Any], paths: Iterable[Path]) -> Plain:
    """Return `base` with every part that a path goes into written out as plain data.

    Parameters
    ----------
    base
        Rules in plain data; parts may be numbers, words or absent.
    paths
        Places that values are going to be put at.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` when a path goes into something that has no such part.
    """
    rules: Plain = dict(base)
    for path in paths:
        if len(path) > 1:
            rules[str(path[0])] = _opened(rules.get(str(path[0])), path)
    return rules


def put(rules: Plain, path: Path, value: Any) -> None:
    """Put a value at its place; of `rules` only the outermost level is changed, parts are copied."""
    holder: Any = rules
    for step, _ in pairwise(path):
        inner = holder[step]
        holder[step] = dict(cast("Plain", inner)) if isinstance(inner, dict) else list(inner)
        holder = holder[step]
    holder[path[-1]] = value


def refuse_places_in_places(leaves: Mapping[Path, str]) -> None:
    """Refuse two axes of which one sets what the other sets a part of.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` naming both.
    """
    for outer, inner in combinations(sorted(leaves, key=len), 2):
        if inner[: len(outer)] == outer:
            raise ParameterError(
                "E_PARAMETER",
                f"axis '{leaves[outer]}' sets the whole of {name_of(outer)}, and axis '{leaves[inner]}' sets "
                f"{name_of(inner)}.",
                fix=f"Drop one of them, or write every {name_of(outer)} out in words.",
                details={"axes": [leaves[outer], leaves[inner]], "path": name_of(outer)},
            )


def _opened(part: Any, path: Path) -> Any:
    name = str(path[0])
    if isinstance(path[1], int):
        targets = list(cast("Iterable[Any]", part)) if isinstance(part, list | tuple) else [part]
        if path[1] >= len(targets):
            raise ParameterError(
                "E_PARAMETER",
                f"axis '{name_of(path)}' is of target {path[1] + 1}; {name} has {len(targets)}.",
                fix=f"Write {name} with that many targets.",
                details={"name": name_of(path), "targets": len(targets)},
            )
        return [_as_mapping(target, name, path) for target in targets]
    return _as_mapping(part, name, path)


def _as_mapping(part: Any, name: str, path: Path) -> Plain:
    """Return one part of the rules with its fields by name, only those that are set."""
    if isinstance(part, str) and name == "sizing":
        part = build(Sizing, cast("Any", part), kind="rule", owner=OWNER)
    if isinstance(part, BaseModel):
        return part.model_dump(exclude_unset=True)
    if part is None:
        return {}
    if isinstance(part, Mapping):
        return dict(cast("Plain", part))
    if isinstance(part, int | float) and not isinstance(part, bool) and name in _NUMBER_OF:
        return {_NUMBER_OF[name]: part}
    if isinstance(part, str) and name in _WORD_OF:
        return {_WORD_OF[name]: part}
    several = isinstance(part, list | tuple)
    raise ParameterError(
        "E_PARAMETER",
        f"axis '{name_of(path)}' sets a part of {name}, which is {part!r}.",
        fix=f"Say which target is meant: {name}.1.{path[-1]}." if several else f"Write {name} as a mapping.",
        details={"name": name_of(path), "value": part},
    )
