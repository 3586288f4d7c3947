"""Hunt for runs on which the two engines differ: ``python -m tests.reference.hunt --runs N --seed S``.

The first one found is made smaller and printed: its rules, bars and signals, and both lists of fills.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable

import numpy as np

from tests.drawn import BySeed, Drawn, run_from
from tests.reference.records import Fill, Outcome
from tests.reference.same import bits, differences
from tests.reference.simulator import levels_over, reference_simulate
from tests.reference.smaller import smaller
from tradewright.core.bars import Bars
from tradewright.engine.types import ORDER_KINDS, REASONS

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
    if run.surroundings.finer is not None:
        return run  # the finer bars would no longer be of these
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
    for name in ("long_entry", "long_exit", "short_entry", "short_exit"):
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
        lines += [
            f"event {(t - first) / 8.64e13:.6f} days {REASONS[r]} {v}" for t, r, v in place.events.tolist()
        ]
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
    what = f"{MOMENTS[fill.moment]} {REASONS[fill.reason]} {ORDER_KINDS[fill.kind]}"
    costs = f"fee {fill.fee!r} stop {fill.stop!r}{extra}"
    price = f"{fill.quantity!r} at {fill.price!r} ref {fill.reference!r}"
    return f"bar {fill.bar} {what} of {fill.decided}: {price} {costs}"


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


def _as_they_do(first: list[str]) -> Callable[[Drawn], bool]:
    """Does a run differ in the same way? An error is not a difference of numbers."""
    return lambda run: _kind(first[0]) in {_kind(text) for text in compare(run)}


def _kind(text: str) -> str:
    """``fill``, ``counter partial``, ``InputError`` ...: what is said before the numbers."""
    return re.sub(r"\d+", "", text.split(":", maxsplit=1)[0])


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
            print(report(smaller(run, _as_they_do(wrong))))  # noqa: T201
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
