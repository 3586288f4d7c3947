"""Where trust in a result ends: counted warnings, each with what it means."""

from dataclasses import dataclass, replace
from typing import Any

from tradewright.core.bars import Bars
from tradewright.core.spikes import spike_size, spikes
from tradewright.engine.rules import Rules
from tradewright.engine.types import LIQUIDATION, Simulation
from tradewright.research.manifest import iso

FEW_TRADES = 30

# Data notes and engine counters in words. {n} is the count.
_MEANING = {
    "W_TZ_ASSUMED": "times without a zone were read as UTC; name the zone if they are local.",
    "W_GAP": "gaps in the series: {n}; nothing was filled in.",
    "W_NO_VOLUME": "the series has no volume: it reads as 0, and conditions on volume mean nothing.",
    "W_SPLIT": "jumps that look like stock splits: {n}; use adjusted prices if they are.",
    "W_JUMP": "bars of which high or low is 5 times or more away from the closes before and after: {n}",
    "W_UNSORTED": "rows out of order: {n}; they were sorted by time.",
    "W_DUPLICATE": "rows that repeat another one: {n}; one of each was kept.",
    "W_INTERVAL": "rows closer to the next than a bar is long: {n}; such a bar ends where the next begins.",
    "W_LAST_BAR_OPEN": "the last bar was not complete yet and was left out.",
    "W_NAME_TIMEFRAME": "the file's name says another bar length than its rows; the rows were believed.",
    "W_OHLC": "bars whose high or low missed open or close by a rounding error: {n}; they were widened.",
    "W_ROW_EMPTY": "rows without any price: {n}; they were left out.",
    "W_VOLUME_EMPTY": "rows without a volume: {n}; it was read as 0.",
    "W_COLUMN_IGNORED": "columns that mean nothing here: {n}; they were not read.",
    "W_TZ_AMBIGUOUS": "times that a clock put back showed twice: {n}; told apart by the order of rows.",
    "W_RESAMPLED": "bars were combined from a finer timeframe.",
    "W_CONFLICTING_ENTRIES": "long and short entry were both true at {n} of the closes; neither was taken.",
    "W_CAPPED": "{n} of the entries were cut to what equity and leverage allow.",
    "W_INVALID_STOP": "{n} of the entries were skipped: a level misplaced or unknown, or a sale for nothing.",
    "W_BELOW_MINIMUM": "{n} of the entries were skipped: no equity left, or under lot or minimum notional.",
    "W_AMBIGUOUS_BARS": "{n} of the bars reached both stop and target; their inside is read as {intrabar}.",
    "W_CANCELLED_AT_END": "the last bar decided an order that has no next bar; it was cancelled.",
}


@dataclass(frozen=True, slots=True)
class Caution:
    """One counted warning."""

    code: str
    message: str
    count: int = 1

    def to_dict(self) -> dict[str, Any]:
        """Return the warning as plain data."""
        return {"code": self.code, "message": self.message, "count": self.count}


def cautions_of(bars: Bars, simulation: Simulation, rules: Rules) -> list[Caution]:
    """Return what the reader of a result must know, the data's notes first."""
    found = [(code, count) for code, count in bars.notes.items() if count]
    found += [(f"W_{name.upper()}", count) for name, count in simulation.counters.items() if count]
    cautions = [_caution(code, count, rules) for code, count in found]
    cautions = [
        replace(said, message=said.message + _first_jump(bars)) if said.code == "W_JUMP" else said
        for said in cautions
    ]
    return cautions + _about_rules(rules) + _about_trades(simulation)


def _caution(code: str, count: int, rules: Rules) -> Caution:
    text = _MEANING.get(code, "noted {n} times while reading the data.")
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
    if rules.fee == 0:
        cautions.append(Caution("W_NO_FEE", "no fee is charged; few venues trade for nothing."))
    return cautions


def _about_trades(simulation: Simulation) -> list[Caution]:
    cautions: list[Caution] = []
    trades = simulation.trades
    if simulation.fills.size == 0:
        cautions.append(Caution("W_NO_TRADES", "the strategy never traded in this window."))
    elif trades.size < FEW_TRADES:
        text = f"too few closed trades to tell skill from luck: {trades.size}; look for {FEW_TRADES} or more."
        cautions.append(Caution("W_FEW_TRADES", text, int(trades.size)))
    gain, best = float(trades["pnl"].sum()), float(trades["pnl"].max(initial=0.0))
    if trades.size > 1 and 0 < gain <= best:
        cautions.append(Caution("W_ONE_TRADE", "one trade makes the whole profit; without it the run loses."))
    if simulation.open_trades.size:
        cautions.append(
            Caution("W_OPEN_POSITION", "a position is still open; it is marked at the last close.")
        )
    liquidated = int((trades["exit_reason"] == LIQUIDATION).sum())
    if simulation.equity[-1] <= 0:
        text = f"the account was ruined on {iso(trades['exit_time'][-1])[:10]}; nothing was traded after it."
        cautions.insert(0, Caution("W_RUINED", text))
    if liquidated:
        cautions.append(Caution("W_LIQUIDATED", f"positions liquidated: {liquidated}.", liquidated))
    return cautions
