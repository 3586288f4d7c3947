"""vectorbt's sweeps: some combinations at a time, because each takes memory of its own."""

import gc

import numpy as np
import pandas as pd
import vectorbt as vbt
from protocol import CASH, FAST, RATE, SLOW, UNITS
from series import DAY, NAMES
from sweeps import (
    CHANGE_BARS,
    SHOWN_BRACKETS,
    SHOWN_PAIRS,
    SHOWN_RULES,
    Swept,
    every_bracket,
    every_pair,
    every_rule,
    some,
    windows,
)

# Combinations at a time: of 8 to 500 these were fastest. Fewer spend their time in pandas, more in memory.
PAIRS_AT_A_TIME = 32
BRACKETS_AT_A_TIME = 25
# Of W8 so many are run.
RULES = 1_000
DAYS_A_YEAR = 365.25


def sweep_pairs(series):
    bars, everything = series.bars, every_pair(series.size)
    index = pd.to_datetime(bars["time"])
    opens, closes = (pd.Series(bars[name], index=index) for name in ("open", "close"))
    ends = last_bars(bars["time"])

    def run():
        averages = vbt.MA.run(closes, list(windows(series.size))).ma.to_numpy()
        found = [freed(chunk(averages, few)) for few in parts(everything, PAIRS_AT_A_TIME)]
        return swept(everything, SHOWN_PAIRS, found)

    def chunk(averages, few):
        names = pd.MultiIndex.from_tuples(few, names=["fast", "slow"])
        columns = [np.array(periods) - windows(1)[0] for periods in zip(*few, strict=True)]
        fast, slow = (pd.DataFrame(averages[:, at], index=index, columns=names) for at in columns)
        portfolio = vbt.Portfolio.from_signals(
            closes,
            fast.vbt.crossed_above(slow).vbt.signals.fshift(1),
            fast.vbt.crossed_below(slow).vbt.signals.fshift(1),
            price=opens,
            size=np.inf,
            init_cash=CASH,
            fees=RATE,
            freq="1h",
        )
        return scores(portfolio, ends)

    return ready(run)


def sweep_brackets(series):
    bars, everything = series.bars, every_bracket()
    frame = pd.DataFrame({name: bars[name] for name in NAMES}, index=pd.to_datetime(bars["time"]))
    ends = last_bars(bars["time"])

    def run():
        fast, slow = vbt.MA.run(frame["close"], FAST), vbt.MA.run(frame["close"], SLOW)
        entries = fast.ma_crossed_above(slow).vbt.signals.fshift(1)
        found = [freed(chunk(entries, few)) for few in parts(everything, BRACKETS_AT_A_TIME)]
        return swept(everything, SHOWN_BRACKETS, found)

    def chunk(entries, few):
        stops, targets = np.array(few).T[:, None, :] / 100
        portfolio = vbt.Portfolio.from_signals(
            frame["close"],
            entries,
            entries & False,
            price=frame["open"],
            open=frame["open"],
            high=frame["high"],
            low=frame["low"],
            sl_stop=stops,
            tp_stop=targets,
            stop_entry_price="fillprice",
            size=UNITS,
            init_cash=CASH,
            fees=RATE,
            freq="1h",
        )
        return scores(portfolio, ends)

    return ready(run)


def sweep_rules(series):
    bars, everything = series.bars, every_rule(series.size)
    sample = some(everything, SHOWN_RULES, RULES)
    frame = pd.DataFrame({name: bars[name] for name in NAMES}, index=pd.to_datetime(bars["time"]))
    closes, ends = frame["close"], last_bars(bars["time"])

    def run():
        periods = sorted({period for values in sample for period in values[:2]})
        averages = dict(zip(periods, vbt.MA.run(closes, periods).ma.to_numpy().T, strict=True))
        change = 100 * (closes / closes.shift(CHANGE_BARS) - 1).to_numpy()
        found = [freed(chunk(averages, change, few)) for few in parts(sample, PAIRS_AT_A_TIME)]
        return swept(sample, SHOWN_RULES, found, len(everything))

    def chunk(averages, change, few):
        fast, slow = (
            pd.DataFrame(np.stack([averages[values[at]] for values in few], axis=1), index=frame.index)
            for at in (0, 1)
        )
        changes, stops, targets = np.array(few).T[2:, None, :]
        entries = fast.vbt.crossed_above(slow) & (change[:, None] > changes)
        portfolio = vbt.Portfolio.from_signals(
            closes,
            entries.vbt.signals.fshift(1),
            fast.vbt.crossed_below(slow).vbt.signals.fshift(1),
            price=frame["open"],
            open=frame["open"],
            high=frame["high"],
            low=frame["low"],
            sl_stop=stops / 100,
            tp_stop=targets / 100,
            stop_entry_price="fillprice",
            size=np.inf,
            init_cash=CASH,
            fees=RATE,
            freq="1h",
        )
        return scores(portfolio, ends)

    return ready(run)


def parts(everything, size):
    return [everything[at : at + size] for at in range(0, len(everything), size)]


def last_bars(time):
    """Return where the last bar of each day is."""
    days = time // DAY
    return np.flatnonzero(np.append(days[1:] != days[:-1], True))


def scores(portfolio, ends):
    """Return what we are asked too, by name, for each combination of a chunk.

    Drawdown and the daily ratio are taken from the values in numpy, which is ten times faster than asking
    for them here.
    """
    value, trades = portfolio.value().to_numpy(), portfolio.trades.closed
    peaks = np.maximum(np.maximum.accumulate(value), CASH)
    daily = np.vstack([np.full(value.shape[1], CASH), value[ends]])
    returns = np.diff(daily, axis=0) / daily[:-1]
    return {
        "equity": value[-1].copy(),  # a view would keep all of it
        "trades": trades.count().to_numpy(),
        "total_return": value[-1] / CASH - 1,
        "sharpe": returns.mean(axis=0) / returns.std(axis=0, ddof=1) * np.sqrt(DAYS_A_YEAR),
        "max_drawdown": (value / peaks).min(axis=0) - 1,
        "win_rate": trades.win_rate().to_numpy(),
        "profit_factor": trades.profit_factor().to_numpy(),
    }


def swept(ran, shown, found, size=None):
    columns = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    at = [ran.index(each) for each in shown]
    return Swept(size or len(ran), len(ran), columns["equity"][at].tolist(), columns["trades"][at].tolist())


def freed(found):
    """Let the portfolio behind these numbers go; they are circular, so nothing else does it in time."""
    gc.collect()
    return found


def ready(run):
    """Keep what is loaded by now out of those collections, which takes them from 70 ms to 5."""
    gc.freeze()
    return run
