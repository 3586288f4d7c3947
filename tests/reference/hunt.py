"""Hunt for runs on which the two engines differ: ``python -m tests.reference.hunt --runs N --seed S``.

The first one found is made smaller and printed: its rules, bars and signals, and both lists of fills.
"""

import argparse
import dataclasses
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from tests.drawn import BySeed, Drawn, run_from
from tests.reference.records import Fill, Outcome
from tests.reference.same import bits, differences
from tests.reference.simulator import levels_over, reference_simulate
from tradewright.core.bars import Bars
from tradewright.engine.columns import measures_of, own_columns_of
from tradewright.engine.rules import Rules
from tradewright.engine.types import NOWHERE, ORDER_KINDS, REASONS, Signals

MOMENTS = ("open", "inside", "close")
Engine = Callable[[Drawn], Outcome]


def by_reference(run: Drawn) -> Outcome:
    return reference_simulate(*run)


def by_production(run: Drawn) -> Outcome:
    from tradewright.engine.simulate import simulate

    return Outcome.of(simulate(*run))


def drawn_by(seed: int, *, beside: bool = False) -> Drawn:
    random = np.random.default_rng(seed)
    run = run_from(BySeed(random))
    return beside_levels(run, random) if beside else run


def beside_levels(run: Drawn, random: np.random.Generator) -> Drawn:
    """Move extremes and opens to within a rounding error of the levels that stand over their bars."""
    later = np.arange(run.start, len(run.bars))
    for bar in sorted(random.choice(later, size=min(12, later.size), replace=False).tolist()):
        levels = levels_over(*run[:3], run.start, bar, run.surroundings)
        near = [price for price in levels if 1e-3 < price < 1e9]
        if near:
            price = random.choice(near) * (1 + 1e-12 * random.integers(-1, 2))
            run = run._replace(bars=_with_extreme_at(run.bars, bar, price))
    return run


def _with_extreme_at(bars: Bars, bar: int, price: float) -> Bars:
    """Return `bars` whose bar `bar` goes exactly as far as `price`, or opens there if that is within."""
    columns = {name: values.copy() for name, values in bars.columns.items()}
    body = columns["open"][bar], columns["close"][bar]
    name = "low" if price <= min(body) else "high" if price >= max(body) else "open"
    columns[name][bar] = price
    return Bars(bars.time, columns, timeframe=bars.timeframe, instrument=bars.instrument)


def compare(run: Drawn, engine: Engine = by_production) -> list[str]:
    """Where the engine differs from the reference on this run; an error counts as a difference."""
    expected = by_reference(run)
    try:
        got = engine(run)
    except Exception as error:  # noqa: BLE001 - whatever an engine raises on sound input is a find
        return [f"{type(error).__name__}: {error}"]
    return differences(got, expected)


# --------------------------------------------------------------------------- smaller


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


_FLAGS = ("long_entry", "long_exit", "short_entry", "short_exit", "atr_stop", "atr_target")


def _without(run: Drawn, field: str) -> Drawn:
    fields = {"rate_open": None, "rate_close": None} if field == "rate_open" else {field: None}
    rules = _changed(run.rules, "currency", None) if field == "rate_open" else run.rules
    return run._replace(surroundings=dataclasses.replace(run.surroundings, **fields), rules=rules or run.rules)


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


# --------------------------------------------------------------------------- printed


def described(run: Drawn) -> str:
    """The run as text that it can be made from again."""
    bars, signals, place = run.bars, run.signals, run.surroundings
    lines = [f"rules {run.rules.model_dump_json(exclude_defaults=True)}", f"start {run.start}"]
    steps = bars.instrument
    lines.append(
        f"lot {steps.lot} tick {steps.tick} minimum {steps.minimum_notional} multiplier {steps.multiplier}"
    )
    lines += _rows(bars)
    for name in _FLAGS[:4]:
        flags = getattr(signals, name)
        if flags is not None and flags.any():
            lines.append(f"{name} {np.flatnonzero(flags).tolist()}")
    lines += [f"column {name} {values.tolist()}" for name, values in signals.columns.items()]
    if place.rate_open is not None and place.rate_close is not None:
        lines.append(f"rates {place.rate_open.tolist()} {place.rate_close.tolist()}")
    if place.session_end is not None and place.session_end.any():
        lines.append(f"session_end {np.flatnonzero(place.session_end).tolist()}")
    if place.events is not None and len(place.events):
        first = int(bars.time[0])
        lines += [f"event {(t - first) / 8.64e13:.6f} days {REASONS[r]} {v}" for t, r, v in place.events.tolist()]
    if place.finer is not None:
        lines += [f"finer {line}" for line in _rows(place.finer, int(bars.time[0]))]
    return "\n".join(lines)


def _rows(bars: Bars, first: int | None = None) -> list[str]:
    first = int(bars.time[0]) if first is None else first
    names = ("open", "high", "low", "close", "volume")
    return [
        f"{j:3} day {(int(bars.time[j]) - first) / 8.64e13:6.2f}  "
        + " ".join(repr(float(bars.columns[name][j])) for name in names)
        for j in range(len(bars))
    ]


def _fill_line(fill: Fill) -> str:
    extra = f" flow {fill.flow!r}" if fill.flow else ""
    return (
        f"bar {fill.bar} {MOMENTS[fill.moment]} {REASONS[fill.reason]} {ORDER_KINDS[fill.kind]} of {fill.decided}: "
        f"{fill.quantity!r} at {fill.price!r} ref {fill.reference!r} fee {fill.fee!r} stop {fill.stop!r}{extra}"
    )


def report(run: Drawn, engine: Engine = by_production) -> str:
    """Everything about a run on which the engines differ."""
    found, expected = compare(run, engine), by_reference(run)
    lines = [described(run), "", *found, "", "reference:", *map(_fill_line, expected.fills)]
    lines.append(str({name: count for name, count in expected.counters.items() if count}))
    try:
        got = engine(run)
    except Exception:  # noqa: BLE001 - named in the differences above
        return "\n".join(lines)
    lines.append("production:")
    for number, fill in enumerate(got.fills):
        same = number < len(expected.fills) and bits(fill) == bits(expected.fills[number])
        lines.append(f"{' ' if same else '!'} {_fill_line(fill)}")
    lines.append(str({name: count for name, count in got.counters.items() if count}))
    return "\n".join(lines)


def _alike(found: list[str], first: list[str]) -> bool:
    """Do they differ in the same way? An error is not a difference of numbers."""
    return bool({_kind(text) for text in found} & {_kind(first[0])})


def _kind(text: str) -> str:
    """``fill``, ``counter partial``, ``InputError`` ...: what is said before the numbers."""
    return re.sub(r"\d+", "", text.split(":")[0])


def hunt(runs: int, seed: int, most: int, *, beside: bool = False) -> int:
    """Compare `runs` runs from `seed` on; print the first that differ, and return how many do."""
    found = 0
    for number in range(seed, seed + runs):
        run = drawn_by(number, beside=beside)
        wrong = compare(run)
        if wrong:
            found += 1
            kinds = Counter(text.split(":")[0].split(" ")[0] for text in wrong)
            print(f"\n==== seed {number}: {dict(kinds)}")  # noqa: T201 - a tool's output
            print(report(smaller(run, lambda it: _alike(compare(it), wrong))))  # noqa: T201
            if found >= most:
                break
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=1, help="runs that differ to print before stopping")
    parser.add_argument("--beside", action="store_true", help="prices within a rounding error of levels")
    options = parser.parse_args()
    found = hunt(options.runs, options.seed, options.most, beside=options.beside)
    print(f"{found} of {options.runs} runs differ" if found else f"{options.runs} runs, no difference")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
