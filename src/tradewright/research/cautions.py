"""Where trust in a result ends: counted warnings, each with what it means."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.spikes import spike_size, spikes
from tradewright.data.importers.checks import Series
from tradewright.data.importers.notes import IMPORT_NOTES
from tradewright.data.importers.rhythm import split_rows
from tradewright.engine.rules import Rules
from tradewright.engine.types import LIQUIDATION, Simulation
from tradewright.research.around.payments import Payments
from tradewright.research.caution import Caution
from tradewright.research.costs_left_out import trusted_too_much
from tradewright.research.manifest import iso

FEW_TRADES = 30
Floats = npt.NDArray[np.float64]

# A return as small as this is neither win nor loss (engine.md 5.5).
_NOTHING = 1e-11

# A market that went this far against a side, from the best close before, has shown it the other side.
BEAR_MARKET = 0.2
# In a shorter window four quarters that agree say little about the market.
FEW_BARS = 100

# Data notes and engine counters in words. {n} is the count.
_MEANING = {
    **IMPORT_NOTES,
    "W_RESAMPLED": "bars were combined from a finer timeframe.",
    "W_CONFLICTING_ENTRIES": "long and short entry were both true at {n} of the closes; neither was taken.",
    "W_CAPPED": "{n} of the entries were cut to what equity and leverage allow.",
    "W_INVALID_STOP": "{n} of the entries were skipped: a level misplaced or unknown, or a sale for nothing.",
    "W_BELOW_MINIMUM": "{n} of the entries were skipped: no equity left, or under lot or minimum notional.",
    "W_AMBIGUOUS_BARS": "{n} of the bars reached levels or resting orders both above and below, such as stop "
    "and target; their inside is read as {intrabar}.",
    "W_CANCELLED_AT_END": "the data ended while orders waited: {n}; they were cancelled.",
    "W_EXPIRED": "{n} of the resting entries lapsed before the price came to them.",
    "W_UNKNOWN_PRICE": "{n} of the entries were dropped: the price to rest at was unknown or none.",
    "W_UNKNOWN_SIZE": "{n} of the entries were skipped: what sizes them was unknown or nothing.",
    "W_PARTIAL": "{n} of the fills were cut to the share of volume that participation allows.",
    "W_IMPACT_NO_VOLUME": "{n} of the fills are in bars without volume; impact took them for the whole bar.",
    "W_UNMAGNIFIED": "{n} of the bars have no finer bars; their inside is read as pessimistic.",
    "W_NO_RATE": "{n} of the entries were skipped: no rate into the account's currency was known yet.",
}
# Codes of counters that are not the counter's own name, which means something else where data is read.
_COUNTER_CODE = {"no_volume": "W_IMPACT_NO_VOLUME"}
_FEES = ("fee", "maker_fee", "fee_per_unit", "fee_per_order", "fee_minimum")
_NOTED = "noted {n} times while reading the data."


def cautions_of(
    bars: Bars, simulation: Simulation, rules: Rules, notes: Mapping[str, int] | None = None
) -> list[Caution]:
    """Return what the reader of a result must know, the data's notes first.

    Parameters
    ----------
    notes
        About the data, code -> count; those of `bars` when left out. See :func:`notes_beside`.
    """
    found = [(code, count) for code, count in (bars.notes if notes is None else notes).items() if count]
    ended = _kelly_ended(bars, simulation, rules)
    found += [
        (_COUNTER_CODE.get(name, f"W_{name.upper()}"), count)
        for name, count in simulation.counters.items()
        if count and not (name == "below_minimum" and ended)
    ]
    cautions = [_caution(code, count, rules) for code, count in found]
    cautions = [
        replace(said, message=said.message + _first_jump(bars)) if said.code == "W_JUMP" else said
        for said in cautions
    ]
    return [
        *cautions,
        *ended,
        *_about_rules(rules),
        *trusted_too_much(bars, simulation, rules),
        *_about_trades(bars, simulation),
        *_about_market(bars, simulation),
    ]


def notes_in_words(notes: Mapping[str, int]) -> list[Caution]:
    """Return what reading some data noted or repaired, code -> count, as a reader must know it."""
    return [
        Caution(code, _MEANING.get(code, _NOTED).format(n=f"{count:,}"), count)
        for code, count in notes.items()
        if count
    ]


def notes_beside(bars: Bars, splits: Payments | None) -> dict[str, int]:
    """Return the notes about the data, code -> count, without the jumps that the given splits explain."""
    count = bars.notes.get("W_SPLIT", 0)
    if not count or splits is None:
        return bars.notes
    jumps = split_rows(Series(bars.time, bars.columns, np.arange(len(bars), dtype=np.int32)))
    given = np.searchsorted(bars.close_time, splits.time, side="right")
    return {**bars.notes, "W_SPLIT": max(0, count - int(np.isin(jumps, given).sum()))}


def _kelly_ended(bars: Bars, simulation: Simulation, rules: Rules) -> list[Caution]:
    """Say since when Kelly's share allows no entry: without one no trade closes, and it stays as it is."""
    sizing, trades = rules.sizing, simulation.trades
    skipped = simulation.counters.get("below_minimum", 0)
    if sizing.kind != "kelly" or not skipped or trades.size < max(1, sizing.period):
        return []
    if simulation.open_trades.size or simulation.equity[-1] <= 0 or _kelly(trades["return"]) > _NOTHING:
        return []
    since = iso(int(bars.time[int(trades["exit_bar"][-1])]))[:10]
    text = (
        f"Kelly's share is 0 or below since {since}: nothing was entered after it, and without new trades it "
        f"stays so; entries without a size in all: {skipped:,}."
    )
    return [Caution("W_KELLY_ENDED", text, skipped)]


def _kelly(returns: Floats) -> float:
    """Return the Kelly fraction of closed trades (engine.md 5.1): ``W - (1 - W) / B``."""
    won, lost = returns[returns > _NOTHING], returns[returns < -_NOTHING]
    if not lost.size:
        return 1.0
    if not won.size:
        return 0.0
    wins = won.size / (won.size + lost.size)
    return wins - (1 - wins) / float(won.mean() / -lost.mean())


def _caution(code: str, count: int, rules: Rules) -> Caution:
    text = _MEANING.get(code, _NOTED)
    return Caution(code, text.format(n=f"{count:,}", intrabar=rules.intrabar), count)


def _first_jump(bars: Bars) -> str:
    """Say where the first spike is and how large; it may lie outside of the bars that were traded."""
    rows = spikes(bars.high, bars.low, bars.close)
    if not rows.size:
        return "."
    row = int(rows[0])
    times = spike_size(bars.high, bars.low, bars.close, row)
    far = f"{times:,.3g} times" if times >= 1 else f"1/{1 / times:,.3g} of"
    return f". The first is bar {row} ({iso(bars.time[row])}), at {far} the close before it."


def _about_rules(rules: Rules) -> list[Caution]:
    cautions: list[Caution] = []
    if rules.fill_on == "close":
        text = "orders fill at the same close that decided them, which nobody can trade."
        cautions.append(Caution("W_FILL_ON_CLOSE", text))
    if rules.intrabar == "optimistic":
        cautions.append(
            Caution("W_OPTIMISTIC", "inside a bar the target is assumed to come before the stop.")
        )
    if not any(getattr(rules, name) for name in _FEES):
        cautions.append(Caution("W_NO_FEE", "no fee is charged; few venues trade for nothing."))
    return cautions


def _about_trades(bars: Bars, simulation: Simulation) -> list[Caution]:
    cautions: list[Caution] = []
    trades = simulation.trades
    if simulation.fills.size == 0:
        cautions.append(Caution("W_NO_TRADES", "the strategy never traded in this window."))
    elif trades.size < FEW_TRADES:
        text = f"too few closed trades to tell skill from luck: {trades.size}; look for {FEW_TRADES} or more."
        cautions.append(Caution("W_FEW_TRADES", text, int(trades.size)))
    gains = np.concatenate((trades["pnl"], simulation.open_trades["pnl"]))
    gain, best = float(gains.sum()), float(gains.max(initial=0.0))
    if gains.size > 1 and 0 < gain <= best:
        text = "one trade makes the whole profit; without it the run gains nothing."
        cautions.append(Caution("W_ONE_TRADE", text))
    if simulation.open_trades.size:
        cautions.append(
            Caution("W_OPEN_POSITION", "a position is still open; it is marked at the last close.")
        )
    liquidated = int((trades["exit_reason"] == LIQUIDATION).sum())
    if simulation.equity[-1] <= 0:
        cautions.insert(0, _ruin(bars, simulation))
    if liquidated:
        cautions.append(Caution("W_LIQUIDATED", f"positions liquidated: {liquidated}.", liquidated))
    return cautions


def _ruin(bars: Bars, simulation: Simulation) -> Caution:
    """Say at which bar's close the account was gone for good."""
    alive = np.flatnonzero(simulation.equity > 0)
    bar = simulation.start + (int(alive[-1]) + 1 if alive.size else 0)
    after = "nothing was traded after it" if not (simulation.fills["bar"] > bar).any() else "it traded on"
    return Caution("W_RUINED", f"the account was ruined on {iso(bars.time[bar])[:10]}; {after}.")


def _about_market(bars: Bars, simulation: Simulation) -> list[Caution]:
    """Say when the window shows one kind of market only, and the trades were all on its side.

    The price rose (fell) from the first close to the last in each of four equal quarters of the window,
    its closes were never 20 % or more under (over) the best before, and every trade was long (short).
    """
    closes = bars.close[simulation.start :]
    sides = np.concatenate((simulation.trades["side"], simulation.open_trades["side"]))
    if closes.size < FEW_BARS or not sides.size or (sides != sides[0]).any():
        return []
    turns = closes[np.linspace(0, closes.size - 1, 5).astype(np.int64)]
    if not (np.sign(np.diff(turns)) == sides[0]).all() or _turned(closes, int(sides[0])):
        return []
    moved, side, other = ("rose", "long", "falls") if sides[0] > 0 else ("fell", "short", "rises")
    seen = f"the price {moved} in each quarter of the window and every trade was {side}"
    return [
        Caution("W_ONE_REGIME", f"one regime only: {seen}; nothing here tells what happens when it {other}.")
    ]


def _turned(closes: Floats, side: int) -> bool:
    """Say whether the closes went against `side` by a bear market's depth, from the best before."""
    best = np.maximum.accumulate(closes) if side > 0 else np.minimum.accumulate(closes)
    return bool((side * (best - closes) / best >= BEAR_MARKET).any())
