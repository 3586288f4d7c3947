"""A run on which two engines differ, made as small as still shows it."""

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np

from tests.drawn import Drawn
from tradewright.engine.columns import measures_of, own_columns_of
from tradewright.engine.rules import Rules
from tradewright.engine.types import NOWHERE, Signals

_FLAGS = ("long_entry", "long_exit", "short_entry", "short_exit", "atr_stop", "atr_target")


def smaller(run: Drawn, differs: Callable[[Drawn], bool]) -> Drawn:
    """The run with as many rules at their default, and as few bars, as still differ."""
    for _ in range(3):
        for simpler in _simpler(run):
            candidate = simpler(run)
            if candidate is not None and differs(candidate):
                run = candidate
    return run


def _simpler(run: Drawn) -> Iterator[Callable[[Drawn], Drawn | None]]:
    for length in range(1, len(run.bars)):
        yield lambda at, n=length: _cut(at, 0, n)
    for cut in (16, 8, 4, 2, 1, 1, 1):
        yield lambda at, k=cut: _cut(at, k, len(at.bars))
    yield lambda at: at._replace(start=0)
    yield lambda at: at._replace(surroundings=NOWHERE)
    for name in ("events", "session_end", "rate_open"):
        yield lambda at, field=name: _without(at, field)
    for field in Rules.model_fields:
        yield lambda at, name=field: _default(at, name)
    for flag in ("long_entry", "long_exit", "short_entry", "short_exit"):
        yield lambda at, name=flag: at._replace(signals=dataclasses.replace(at.signals, **{name: None}))
    yield _only_needed_columns
    for bar in range(len(run.bars)):
        for flag in ("long_entry", "long_exit", "short_entry", "short_exit"):
            yield lambda at, j=bar, name=flag: _unset(at, name, j)


def _cut(run: Drawn, first: int, end: int) -> Drawn | None:
    """The run over the bars from `first` on, before `end`."""
    if not 0 <= first < end <= len(run.bars) or end - first == len(run.bars) or run.start >= end:
        return None
    given = {name: None if (v := getattr(run.signals, name)) is None else v[first:end] for name in _FLAGS}
    columns = {name: values[first:end] for name, values in run.signals.columns.items()}
    place, bars = run.surroundings, run.bars.slice(first, end)
    arrays = {
        name: None if (v := getattr(place, name)) is None else v[first:end]
        for name in ("rate_open", "rate_close", "session_end")
    }
    small = place.finer
    if small is not None:
        inside = np.flatnonzero((small.time >= bars.time[0]) & (small.time < bars.close_time[-1]))
        if inside.size == 0:
            return None
        small = small.slice(int(inside[0]), int(inside[-1]) + 1)
    return Drawn(
        bars,
        Signals(**given, columns=columns),
        run.rules,
        max(0, run.start - first),
        dataclasses.replace(place, **arrays, finer=small),
    )


def _without(run: Drawn, field: str) -> Drawn:
    fields = {"rate_open": None, "rate_close": None} if field == "rate_open" else {field: None}
    rules = _changed(run.rules, "currency", None) if field == "rate_open" else run.rules
    return run._replace(
        surroundings=dataclasses.replace(run.surroundings, **fields), rules=rules or run.rules
    )


def _default(run: Drawn, name: str) -> Drawn | None:
    plain = {"fee": 0.0}.get(name, getattr(Rules(), name))
    rules = _changed(run.rules, name, plain)
    if rules is None or rules == run.rules or not _has_columns(run.signals, rules):
        return None
    return run._replace(rules=rules)


def _only_needed_columns(run: Drawn) -> Drawn:
    needed = measures_of(run.rules) | set(own_columns_of(run.rules))
    columns = {name: values for name, values in run.signals.columns.items() if name in needed}
    return run._replace(signals=dataclasses.replace(run.signals, columns=columns))


def _has_columns(signals: Signals, rules: Rules) -> bool:
    return set(signals.columns) >= measures_of(rules) | set(own_columns_of(rules))


def _changed(rules: Rules, name: str, value: object) -> Rules | None:
    try:
        return Rules.model_validate({**dict(rules), name: value})
    except ValueError:
        return None


def _unset(run: Drawn, name: str, bar: int) -> Drawn | None:
    flags = getattr(run.signals, name)
    if flags is None or bar >= len(flags) or not flags[bar]:
        return None
    flags = flags.copy()
    flags[bar] = False
    return run._replace(signals=dataclasses.replace(run.signals, **{name: flags}))
