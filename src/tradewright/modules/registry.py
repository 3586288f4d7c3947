"""Finding modules by file name, and running one."""

import os
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tradewright.core import validation
from tradewright.core.bars import Bars
from tradewright.core.errors import UnknownNameError, nearest
from tradewright.modules.module import Context, Module, ModuleParams, Output, Outputs

_ROOM = Path(__file__).parent
_NO_CONTEXT = Context()

# Of names at least so long, so much must agree (difflib) for one to be the other misspelt.
_LONG, _NEAR = 6, 0.85


@cache
def _files() -> dict[str, str]:
    found: dict[str, str] = {}
    with os.scandir(_ROOM) as categories:
        for category in categories:
            if category.is_dir() and category.name[0] not in "_.":
                found |= dict.fromkeys(_module_names(category.path), category.name)
    return dict(sorted(found.items()))


def _module_names(folder: str) -> list[str]:
    with os.scandir(folder) as files:
        return [file.name[:-3] for file in files if file.name.endswith(".py") and file.name[0] != "_"]


def module_ids() -> dict[str, str]:
    """Return id -> category of every module, sorted by id; reads file names, imports nothing."""
    return dict(_files())


def category_of(module_id: str) -> str:
    """Return the category of a module.

    Raises
    ------
    UnknownNameError
        ``E_MODULE``, naming the nearest module.
    """
    category = _files().get(module_id)
    if category is None:
        raise UnknownNameError("E_MODULE", "module", module_id, _files())
    return category


@cache
def get(module_id: str) -> Module:
    """Return a module's declaration; its file is imported on first use.

    Raises
    ------
    UnknownNameError
        ``E_MODULE``, naming the nearest module.
    """
    return _code(module_id).MODULE


def _code(module_id: str) -> Any:
    return import_module(f"tradewright.modules.{category_of(module_id)}.{module_id}")


def find_by_title(label: str) -> str | None:
    """Return the id of the module that `label` can only mean, None when that takes a guess.

    It is a title or id, capitals, spaces and underscores apart; or a title's initials; or it is really
    near to one module alone: a slip in a long name, or a title of several words with words around it.
    """
    for means in (_is_name, _is_initials, _is_near):
        found = [module_id for module_id in _files() if means(_words(label), module_id)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def like_title(label: str) -> list[str]:
    """Return up to five ids that somebody who wrote `label` may have meant, best first."""
    names = {name: module_id for module_id in _files() for name in (get(module_id).title, module_id)}
    words = set(_words(label))
    near = [names[name] for name in nearest(label, names, limit=5)]
    shared = [module_id for name, module_id in names.items() if words & set(_words(name))]
    return list(dict.fromkeys([*near, *shared]))[:5]


def _is_name(label: list[str], module_id: str) -> bool:
    return "".join(label) in {"".join(words) for words in _names(module_id)}


def _is_initials(label: list[str], module_id: str) -> bool:
    title = _words(get(module_id).title)
    return len(title) > 1 and "".join(label) == "".join(word[0] for word in title)


def _is_near(label: list[str], module_id: str) -> bool:
    return any(
        _slipped("".join(label), "".join(words)) or _holds(label, words) or _holds(words, label)
        for words in _names(module_id)
    )


def _slipped(label: str, name: str) -> bool:
    """Say whether two names differ by a slip; short ones never do: smma is not a misspelt sma."""
    return min(len(label), len(name)) >= _LONG and SequenceMatcher(None, label, name).ratio() >= _NEAR


def _holds(whole: list[str], part: list[str]) -> bool:
    """Say whether `whole` has the words of `part` on end, at least two."""
    starts = range(len(whole) - len(part) + 1)
    return len(part) > 1 and any(whole[start : start + len(part)] == part for start in starts)


def _names(module_id: str) -> tuple[list[str], list[str]]:
    return _words(get(module_id).title), _words(module_id)


def _words(name: str) -> list[str]:
    return name.casefold().replace("_", " ").replace("-", " ").split()


def parameters(module_id: str, values: Mapping[str, Any]) -> ModuleParams:
    """Return a module's validated parameters; what `values` leaves out has its default.

    Raises
    ------
    UnknownNameError
        ``E_MODULE`` for the module, ``E_PARAMETER_NAME`` for a parameter it does not have.
    ParameterError
        ``E_PARAMETER`` for a value of the wrong type or out of bounds.
    """
    model = get(module_id).params
    return validation.build(model, dict(values), kind="parameter", owner=f"module '{module_id}'")


def compute(
    module_id: str, bars: Bars, params: Mapping[str, Any] | ModuleParams, context: Context = _NO_CONTEXT
) -> Outputs:
    """Run a module over `bars`.

    Returns
    -------
    dict
        Output id -> float64 column of shape ``(len(bars),)``, NaN where there is no value; the primary
        output first. A state is an index into the output's ``states``.

    Raises
    ------
    UnknownNameError, ParameterError
        As :func:`parameters`.
    InputError
        ``E_FIELD`` when a source column is not in `bars`.
    """
    module = get(module_id)
    if not isinstance(params, module.params):
        values = params.model_dump() if isinstance(params, ModuleParams) else params
        params = parameters(module_id, values)
    return module.compute(bars, params, context)


def json_schema(module_id: str) -> dict[str, Any]:
    """Return everything a form, a docs page or a chart needs to know of a module, as plain data.

    ``params`` is the JSON schema of the parameters; ``warmup`` and ``confirmation_lag`` are bars at the
    default parameters.

    Raises
    ------
    UnknownNameError
        ``E_MODULE``.
    """
    module = get(module_id)
    defaults = module.params()
    return {
        "id": module_id,
        "title": module.title,
        "category": category_of(module_id),
        "description": _code(module_id).__doc__.strip(),
        "params": module.params.model_json_schema(),
        "inputs": list(module.inputs),
        "outputs": [_output_schema(output) for output in module.outputs],
        "warmup": module.warmup(defaults),
        "confirmation_lag": module.confirmation_lag(defaults),
        "recursive": module.recursive,
        "sparse": module.sparse,
    }


def _output_schema(output: Output) -> dict[str, Any]:
    mirror = output.mirror
    return {
        "id": output.id,
        "title": output.title,
        "states": list(output.states),
        "pane": output.pane,
        "plot": output.plot,
        "levels": list(output.levels),
        "mirror": {
            "kind": mirror.kind,
            "centre": mirror.centre,
            "other": mirror.other,
            "pairs": [list(pair) for pair in mirror.pairs],
        },
    }
