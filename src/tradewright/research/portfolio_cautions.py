"""Where trust in a portfolio run ends: counted warnings, each with what it means."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.rules import Rules
from tradewright.engine.types import LIQUIDATION, Simulation
from tradewright.research.caution import Caution
from tradewright.research.cautions import notes_in_words
from tradewright.research.manifest import iso

# Counters in words; {n} is the count. Those that are left out tell of what was asked for.
_MEANING = {
    "waited": ("W_WAITED", "{n} of the orders waited: their symbols had no bar at the next time."),
    "stale_marks": ("W_STALE_MARKS", "{n} marks of held symbols are old closes: there was no bar."),
    "excluded_side": ("W_EXCLUDED_SIDE", "{n} weights were on a side that direction excludes; taken as 0."),
    "over_weight": (
        "W_OVER_WEIGHT",
        "at {n} of the decisions the weights summed to more than leverage: not all of it could be bought.",
    ),
    "below_minimum": ("W_BELOW_MINIMUM", "{n} changes were left out: under lot or minimum notional."),
    "invalid_stop": ("W_INVALID_STOP", "{n} purchases were skipped: a sale there would bring nothing."),
    "no_rate": ("W_NO_RATE", "{n} orders were dropped: no rate into the account's currency was known yet."),
    "conflicting_entries": (
        "W_CONFLICTING_ENTRIES",
        "long and short entry of a symbol were both true {n} times; neither was taken.",
    ),
    "cancelled_at_end": ("W_CANCELLED_AT_END", "{n} orders had not filled by the last row; cancelled."),
}


def portfolio_cautions(
    panel: Panel, simulation: Simulation, rules: Rules, said: tuple[str, ...]
) -> list[Caution]:
    """Return what the reader of a portfolio's result must know, the data's notes first."""
    notes = Counter[str]()
    for bars in panel.series.values():
        notes.update(bars.notes)
    notes.pop("W_NO_VOLUME", None)  # nothing of a portfolio reads volume
    spoken = [Caution(code, text) for code, _, text in (line.partition(": ") for line in said)]
    return [*spoken, *notes_in_words(notes), *_counted(simulation), *_about(panel, simulation, rules)]


def _counted(simulation: Simulation) -> Iterator[Caution]:
    for name, (code, text) in _MEANING.items():
        count = simulation.counters[name]
        if count:
            yield Caution(code, text.format(n=f"{count:,}"), count)


def _about(panel: Panel, simulation: Simulation, rules: Rules) -> Iterator[Caution]:
    equity = simulation.equity
    if equity[-1] <= 0:
        alive = np.flatnonzero(equity > 0)
        row = simulation.start + (int(alive[-1]) + 1 if alive.size else 0)
        yield Caution("W_RUINED", f"the account was ruined on {iso(panel.time[row])[:10]}.")
    liquidated = int((simulation.fills["reason"] == LIQUIDATION).sum())
    if liquidated:
        yield Caution("W_LIQUIDATED", f"positions liquidated: {liquidated}.", liquidated)
    if not simulation.fills.size:
        yield Caution("W_NO_TRADES", "the strategy never traded in this window.")
    if rules.fee == 0 and not (rules.fee_per_unit or rules.fee_per_order or rules.fee_minimum):
        yield Caution("W_NO_FEE", "no fee is charged; few venues trade for nothing.")
    yield from _ended(panel, simulation)


def _ended(panel: Panel, simulation: Simulation) -> Iterator[Caution]:
    """Name symbols that are still held although their series has ended."""
    held = {int(number) for number in simulation.open_trades["instrument"]}
    ended = [
        symbol
        for number, symbol in enumerate(panel.symbols)
        if number in held
        and int(panel.last_bars(number, np.array([len(panel) - 1]))[0]) >= 0
        and int(panel.rows_of(number)[-1]) < len(panel) - 1
    ]
    if ended:
        some = ", ".join(ended[:5]) + (" ..." if len(ended) > 5 else "")
        yield Caution(
            "W_STALE_AT_END", f"still held at an old price, having no bar at the end: {some}.", len(ended)
        )
