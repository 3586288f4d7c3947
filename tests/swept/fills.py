"""One run from event to event beside the same run bar by bar."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from tests.drawn import BySeed, Drawn, Source, signals_from
from tests.drawn import bars_from as short_bars_from
from tests.drawn_rules import rules_from
from tests.factories import Row, walk_rows
from tests.reference.hunt import beside_levels
from tradewright.core.bars import Bars
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.sweep.express import DECISION_ROWS, LE, LX, SE, SX, cleared, express
from tradewright.engine.sweep.expressible import left_out
from tradewright.engine.sweep.rows import completed, run_rows
from tradewright.engine.sweep.tables import Tables, tables_of
from tradewright.engine.sweep.totals import TOTALS
from tradewright.engine.terms import terms_of
from tradewright.engine.types import FILL, NOWHERE, Signals, Simulation
from tradewright.engine.walking.market import columns_for
from tradewright.kernels.bits import Words, packed, words_for

# Lengths around words of 64 bars and blocks of 8, where searches and marking begin anew.
LENGTHS = (30, 60, 12, 4, 2, 1, 7, 8, 9, 63, 64, 65, 129, 200, 400)
KINDS = ("walk", "wild", "grid", "grid", "still")
# What the walk from event to event does not know, as rules that it does.
TAMED: dict[str, Any] = {
    "entry": {"kind": "market"},
    "fill_on": "next_open",
    "pyramiding": 0,
    "participation": None,
    "size_on": "fill",
    "slippage_atr": 0.0,
    "impact": 0.0,
    "borrow_rate": 0.0,
    "break_even": None,
    "session_end": False,
    "on_conflict": "neither",
    "currency": None,
}


class Expressed(NamedTuple):
    """What a run from event to event leaves."""

    totals: Any  # one record of TOTALS
    journal: Any  # of dtype FILL


# ------------------------------------------------------------------ drawing


def tamed_run(source: Source) -> Drawn:
    """Draw a run that goes from event to event."""
    bars = bars_from(source)
    rules = None
    while rules is None:
        wild = rules_from(source, has_tick=bars.instrument.tick > 0, has_volume=False)
        rules = tamed(wild, source)
    start = source.pick([0, 0, 0, min(1, len(bars) - 1), len(bars) // 2, len(bars) - 1])
    return Drawn(bars, signals_from(source, bars, rules), rules, start, NOWHERE)


def run_by(seed: int, *, beside: bool = False) -> Drawn:
    """Return the run of a seed; `beside` puts prices within a rounding error of the levels they meet."""
    random = np.random.default_rng(seed)
    run = tamed_run(BySeed(random))
    return beside_levels(run, random) if beside else run


def tamed(rules: Rules, source: Source) -> Rules | None:
    """Return rules that go from event to event, as like these as can be; None where they make no sense."""
    plain = {**rules.model_dump(), **TAMED}
    if plain["intrabar"] == "magnified":
        plain["intrabar"] = "path"
    if plain["sizing"]["kind"] == "kelly":
        plain["sizing"] = {"kind": "all-in"}
    if isinstance(plain["take_profit"], list | tuple):
        plain["take_profit"] = {**plain["take_profit"][0]}
        plain["take_profit"].pop("share")
    trailing = plain["trailing"]
    if trailing and trailing["unit"] in {"chandelier", "column"}:
        plain["trailing"] = source.pick(
            [None, {"value": 2.0, "unit": "percent"}, {"value": 1.0, "unit": "atr"}]
        )
    elif trailing:
        trailing["after"] = 0.0
    plain["leverage"] = source.pick([plain["leverage"], plain["leverage"], 100.0])
    try:
        return Rules.model_validate(plain)
    except ValidationError:
        return None


def bars_from(source: Source) -> Bars:
    """Draw daily bars without volume of an instrument with steps, some of which hardly move."""
    n, kind = source.pick(LENGTHS), source.pick(KINDS)
    random = np.random.default_rng(source.seed())
    rows: list[Row]
    if kind == "grid":
        rows = _grid_rows(random, n)
    elif kind == "still":
        rows = _still_rows(random, n)
    else:
        rows = walk_rows(random, n, 0.01 if kind == "walk" else 0.12)
    table = np.array(rows, np.float64).reshape(-1, 4)
    columns = {name: table[:, i] for i, name in enumerate(("open", "high", "low", "close"))}
    time = np.datetime64("2020-01-01", "ns").astype(np.int64) + NS_PER_DAY * np.arange(n)
    instrument = short_bars_from(source).instrument
    return Bars(time, columns, timeframe="1d", instrument=instrument)


def _grid_rows(random: np.random.Generator, n: int) -> list[Row]:
    """Prices on a small grid of halves, on which opens, extremes and levels fall together."""
    centre = 20 + np.cumsum(random.integers(-2, 3, n)) % 20
    four = np.sort(centre[:, None] + random.integers(-3, 4, (n, 4)), axis=1) / 2
    ends = random.integers(0, 4, (n, 2))
    return [
        (day[i], day[3], day[0], day[j]) for day, (i, j) in zip(four.tolist(), ends.tolist(), strict=True)
    ]


def _still_rows(random: np.random.Generator, n: int) -> list[Row]:
    """Prices that stay where they are for many bars, and now and then a spike or a gap."""
    rows: list[Row] = []
    price = 100.0
    for _ in range(n):
        jump = random.random()
        opening = price * (random.choice([0.9, 1.1]) if jump < 0.03 else 1.0)
        price = opening * (random.choice([0.97, 1.03]) if 0.1 < jump < 0.15 else 1.0)
        high = max(opening, price) * (1.04 if jump > 0.96 else 1.0)
        low = min(opening, price) * (0.96 if 0.92 < jump < 0.96 else 1.0)
        rows.append((opening, high, low, price))
    return rows


# ------------------------------------------------------------------ running


def decisions_of(signals: Signals, direction: str, bars: int) -> Words:
    """Return the decisions of a run in words, before they are completed."""
    decisions = np.zeros((1, DECISION_ROWS, words_for(bars)), np.uint64)
    sides = {"long": ((LE, signals.long_entry), (LX, signals.long_exit))}
    sides["short"] = ((SE, signals.short_entry), (SX, signals.short_exit))
    for side, rows in sides.items():
        for row, flags in rows:
            if direction in {side, "both"} and flags is not None:
                decisions[0, row] = packed(flags)
    return decisions


def tables_for(run: Drawn) -> Tables:
    """Return tables in which every bar of the window ends a period."""
    return tables_of(run.bars, run.start, np.arange(run.start, len(run.bars)), 0.0)


def expressed(run: Drawn) -> Expressed:
    """Run from event to event, with a journal."""
    terms, names = terms_of(run.rules, run.bars.instrument)
    needed = [name for name, flags in left_out(terms).items() if flags.any()]
    assert not needed, needed
    return expressed_under(terms, names, run)


def expressed_under(terms: Any, names: list[str], run: Drawn) -> Expressed:
    """Run under these terms, whatever the rules of the run say."""
    bars = len(run.bars)
    columns = columns_for(names, run.signals, bars)
    decisions = decisions_of(run.signals, run.rules.direction, bars)
    completed(decisions, run.start)
    totals, journal = np.zeros(1, TOTALS), np.zeros(4 * bars + 8, FILL)
    cleared(totals[0], terms[0]["cash"], run.start)
    express(tables_for(run), decisions[0], columns, terms[0], totals[0], journal)
    return Expressed(totals[0], journal[: totals[0]["fills"]])


def without_journal(run: Drawn) -> Any:
    """Return what the same run adds up to among others, without a journal."""
    terms, names = terms_of(run.rules, run.bars.instrument)
    bars = len(run.bars)
    decisions = np.concatenate([decisions_of(Signals(), "both", bars)] * 3)
    decisions[1] = decisions_of(run.signals, run.rules.direction, bars)[0]
    completed(decisions, run.start)
    totals = np.zeros(4, TOTALS)
    which, rules = np.array([0, 1, 2, 1]), np.zeros(4, np.int64)
    columns = columns_for(names, run.signals, bars)
    run_rows(tables_for(run), decisions, which, columns, terms, rules, totals)
    assert totals[1].tobytes() == totals[3].tobytes()
    assert totals[0]["fills"] == totals[2]["fills"] == 0
    return totals[1]


# ------------------------------------------------------------------ comparing


def compare(run: Drawn, engine: Callable[[Drawn], Expressed] = expressed) -> list[str]:
    """Where a run from event to event differs from the same run bar by bar."""
    wanted = simulate(run.bars, run.signals, run.rules, run.start)
    try:
        got = engine(run)
    except Exception as error:  # noqa: BLE001 - whatever it raises on sound input is a find
        return [f"{type(error).__name__}: {error}"]
    return [*_fills(got.journal, wanted.fills), *_sums(got.totals, wanted, run.rules.cash)]


def _fills(got: Any, wanted: Any) -> Iterator[str]:
    """Bit for bit, NaN equal to NaN."""
    for number in range(min(got.size, wanted.size)):
        wrong = [
            name for name in FILL.names or () if got[name][number].tobytes() != wanted[name][number].tobytes()
        ]
        if wrong:
            yield f"fill {number}: {', '.join(wrong)}"
            return
    if got.size != wanted.size:
        yield f"{got.size} fills instead of {wanted.size}"


def _sums(got: Any, wanted: Simulation, cash: float) -> Iterator[str]:
    for name, value in wanted_sums(wanted, cash).items():
        mine = got[name]
        if isinstance(value, int):
            good = mine == value
        else:
            good = mine == value or abs(mine - value) <= 1e-9 * max(1.0, abs(value))
        if not good:
            yield f"{name}: {mine!r} instead of {value!r}"


def wanted_sums(wanted: Simulation, cash: float) -> dict[str, float | int]:
    """Return every field of TOTALS that a simulation tells."""
    trades, equity, counters = wanted.trades, wanted.equity, wanted.counters
    pnl, returns = trades["pnl"], trades["return"]
    won, lost = returns > 1e-11, returns < -1e-11
    stopped = trades["risk"] > 0
    return {
        "equity": float(equity[-1]),
        "cash": _left(wanted, cash),
        "marked": int(wanted.start + equity.size),
        "equity_sum": float(equity.sum()),
        "held": wanted.bars_held,
        "deepest": _deepest(equity, cash),
        **_of_periods(equity, cash),
        "fills": int(wanted.fills.size),
        "traded": float(np.abs(wanted.fills["quantity"] * wanted.fills["price"] * wanted.multiplier).sum()),
        "fees": float(wanted.fills["fee"].sum()),
        "slippage": float(wanted.fills["slippage"].sum()),
        "trades": int(trades.size),
        "open_trades": int(wanted.open_trades.size),
        "wins": int(won.sum()),
        "losses": int(lost.sum()),
        "won": float(pnl[won].sum()),
        "lost": float(pnl[lost].sum()),
        "pnl": float(pnl.sum()),
        "pnl_squares": float((pnl * pnl).sum()),
        "largest": float(np.abs(pnl).max(initial=0.0)),
        "returns": float(returns.sum()),
        "won_returns": float(returns[won].sum()),
        "lost_returns": float(returns[lost].sum()),
        "best": float(returns.max(initial=-np.inf)),
        "worst": float(returns.min(initial=np.inf)),
        "most_wins": _longest(won),
        "most_losses": _longest(lost),
        "bars_in_trades": int(trades["bars_held"].sum()),
        "multiples": float((pnl[stopped] / trades["risk"][stopped]).sum()),
        "stopped": int(stopped.sum()),
        "capped": counters["capped"],
        "invalid_stop": counters["invalid_stop"],
        "below_minimum": counters["below_minimum"],
        "unknown_size": counters["unknown_size"],
        "ambiguous": counters["ambiguous_bars"],
        "cancelled": counters["cancelled_at_end"],
    }


def _left(wanted: Simulation, cash: float) -> float:
    """Return the cash after every fill, taken one by one: sums of notionals lose what is left of leverage."""
    for fill in wanted.fills:
        cash -= fill["quantity"] * fill["unit"] * fill["price"] + fill["fee"]
    return float(cash)


def _deepest(equity: Any, cash: float) -> float:
    deepest, peak = 0.0, cash
    for value in equity.tolist():
        if value < peak and abs(value - peak) > 1e-11 * max(abs(value), peak):
            deepest = min(deepest, (value - peak) / peak)
        peak = max(peak, value)
    return deepest


def _of_periods(equity: Any, cash: float) -> dict[str, float | int]:
    """Returns of periods that are one bar long, and the sums of their powers."""
    before = np.concatenate([[cash], equity[:-1]])
    change = np.zeros(equity.size)
    np.divide(equity - before, before, out=change, where=before > 0)
    return {
        "periods": int(equity.size),
        "point": float(equity[-1]),
        "sum1": float(change.sum()),
        "sum2": float((change**2).sum()),
        "sum3": float((change**3).sum()),
        "sum4": float((change**4).sum()),
        "gains": float(change[change > 0].sum()),
        "drops": float(change[change < 0].sum()),
        "downside": float((np.minimum(change, 0) ** 2).sum()),
    }


def _longest(flags: Any) -> int:
    longest = run = 0
    for flag in flags.tolist():
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest
