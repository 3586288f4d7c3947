"""The loop over the rows of a panel: from decisions at closes to fills and equity (P11)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.engine.portfolio.batch import fill_batch
from tradewright.engine.portfolio.choose import order_ranked, order_weights
from tradewright.engine.portfolio.ledger import (
    advance,
    charge_borrow,
    close_whole,
    marked,
    occasion_of,
    price_at_open,
    rate_at,
    unit_at_close,
)
from tradewright.engine.portfolio.outline import choices_of, limits_of, lines_of, rates_of_symbols
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import (
    CANCELLED,
    CLOSING,
    PANEL_COUNTERS,
    PURSE,
    SLOT,
    SOLD_OUT,
    Choices,
    Floor,
    Lines,
    Numbers,
    PortfolioLimits,
    RankedSignals,
    TargetWeights,
    Wallet,
)
from tradewright.engine.portfolio.round_trips import trades_of_panel
from tradewright.engine.portfolio.ruin import liquidate_at_gap, liquidate_inside, settle_ruin
from tradewright.engine.rules import Rules
from tradewright.engine.state import Fills
from tradewright.engine.terms import TERMS, terms_of
from tradewright.engine.types import FILL, Floats, Simulation
from tradewright.kernels import kernel


@kernel
def open_row(floor: Floor, t: int) -> None:
    """Let a row happen up to its close: borrow, gap, batch, inside (P11 a to d)."""
    purse, limits = floor.wallet.purse, floor.limits
    charged = limits.borrow_rate > 0 and purse.positions > 0 and t > 0
    if not (charged or purse.orders > 0 or (limits.ruinable and purse.positions > 0)):
        return
    price_at_open(floor, t)
    if charged:
        charge_borrow(floor, t)
    if limits.ruinable:
        liquidate_at_gap(floor, t)
        settle_ruin(floor)
    if purse.orders > 0:
        fill_batch(floor, t)
    if limits.ruinable:
        settle_ruin(floor)


@kernel
def sell_out(floor: Floor, t: int) -> None:
    """Close what has a bar at the last close (``close_at_end``)."""
    lines = floor.lines
    for s in range(floor.wallet.slots.size):
        slot = floor.wallet.slots[s]
        if slot.position != 0 and slot.fresh:
            slot.unit = floor.terms[s].multiplier * rate_at(lines.rate_close, slot.currency, t)
            close = float(lines.close[slot.cursor])
            when = occasion_of(floor, s, t, close, CLOSING)
            close_whole(floor, s, when, SOLD_OUT, slot.decided)


@kernel
def close_row(floor: Floor, choices: Choices, t: int) -> None:
    """Let the inside and the close of a row happen: liquidation, decisions, the last close (P11 d, e)."""
    purse, limits = floor.wallet.purse, floor.limits
    if limits.ruinable and purse.positions > 0:
        liquidate_inside(floor, t)
        settle_ruin(floor)
    if limits.close_at_end and t == floor.lines.time.size - 1:
        sell_out(floor, t)
    elif not purse.ended:
        if choices.ranked:
            order_ranked(floor, choices, t)
        elif choices.at[t] >= 0:
            order_weights(floor, choices, choices.at[t], t)


@kernel
def run_panel(floor: Floor, choices: Choices, equity: Floats, unit: Floats, span: tuple[int, int]) -> int:
    """Walk the rows from ``span[1]``, writing equity from row ``span[0]`` on; return the row reached.

    That is the last row's successor, or the first row for which the journal may lack room. `unit` has room
    for what a point of price is worth of each symbol.
    """
    lines, wallet, limits, purse = floor.lines, floor.wallet, floor.limits, floor.wallet.purse
    start, begin = span
    n, most = lines.time.size, fills_of_a_row(wallet)
    unit_at_close(floor, begin, unit)
    steady = lines.rate_close.size == 1
    # A row that can do nothing to a wallet but mark it needs no more than its closes.
    eventful = limits.ruinable or limits.borrow_rate > 0 or limits.close_at_end or not lines.even
    for t in range(begin, n):
        if purse.ended:
            equity[t - start] = purse.cash
            continue
        if purse.fills + most > floor.fills.size:
            return t
        acts = eventful or choices.ranked or purse.orders > 0
        if acts:
            advance(lines, wallet, t)
            open_row(floor, t)
        purse.held += purse.positions > 0
        if acts or choices.at[t] >= 0:
            close_row(floor, choices, t)
        if not steady:
            unit_at_close(floor, t, unit)
        equity[t - start] = marked(floor, t, unit)
    return n


@kernel
def fills_of_a_row(wallet: Wallet) -> int:
    """Return how many fills a row can make at most: for each symbol borrow, two, and one at the close."""
    return 4 * wallet.slots.size + 4


def open_wallet(cash: float, lines: Lines, start: int, currency: Numbers) -> Wallet:
    """Return a wallet that holds `cash` and nothing else, before row `start`."""
    first, last = lines.first[:-1], lines.first[1:]
    purse, slots = np.zeros(1, PURSE), np.zeros(first.size, SLOT)
    purse["cash"] = cash
    slots["order"] = slots["price"] = slots["unit"] = np.nan
    slots["fresh"], slots["currency"] = lines.even, currency
    before = [start] * first.size
    if not lines.even:
        before = [int(np.searchsorted(lines.row[a:b], start)) for a, b in zip(first, last, strict=True)]
    slots["cursor"] = first - 1 + np.array(before)
    return Wallet(purse[0], slots)


def _walked(floor: Floor, choices: Choices, start: int) -> tuple[Floats, Fills]:
    """Return equity and fills of a whole run; the journal grows as it needs to."""
    wallet, n = floor.wallet, floor.lines.time.size
    equity, unit = np.empty(n - start), np.empty(wallet.slots.size)
    reached = start
    while (reached := run_panel(floor, choices, equity, unit, (start, reached))) < n:
        longer = np.empty(2 * floor.fills.size + fills_of_a_row(wallet), FILL)
        longer[: floor.fills.size] = floor.fills
        floor = floor._replace(fills=longer)
    if floor.lines.even:
        wallet.slots["cursor"] = floor.lines.first[:-1] + n - 1
    if not wallet.purse.ended:
        wallet.purse.counts[CANCELLED] += wallet.purse.orders
    return equity, floor.fills[: wallet.purse.fills].copy()


def simulate_panel(
    panel: Panel,
    decisions: TargetWeights | RankedSignals,
    rules: Rules,
    limits: PortfolioLimits | None = None,
    *,
    start: int = 0,
    rates: "list[tuple[Floats, Floats] | None] | None" = None,
) -> Simulation:
    """Run decisions on many instruments with one wallet (docs/concepts/portfolio.md).

    Parameters
    ----------
    panel
        The series; the run ends with the last row.
    decisions
        Target weights at some rows, or ranked signals at every row.
    rules
        Costs and account.
    limits
        Least change, most weight and exposure, slots.
    start
        First row whose close decides.
    rates
        For each symbol its rates at the open and the close of each row, or None for 1.

    Returns
    -------
    Simulation
        Bars of fills and trades are rows of the panel, their `instrument` the number of the symbol;
        counters are those of PANEL_COUNTERS.

    Raises
    ------
    InputError
        ``E_PORTFOLIO_RULE`` for rules that portfolios do not have, ``E_WEIGHTS`` for weights that do not
        fit, ``E_NO_TICK`` for slippage in ticks without a tick.
    """
    limits = limits or PortfolioLimits()
    refuse_rules(rules)
    currency, opens, closes = rates_of_symbols(len(panel.series), len(panel), rates)
    lines = lines_of(panel, opens, closes)
    choices = choices_of(panel, decisions)
    terms = _terms(panel, rules)
    wallet = open_wallet(rules.cash, lines, start, currency)
    journal = np.empty(max(256, 8 * len(panel.series)), FILL)
    floor = Floor(lines, wallet, terms, limits_of(rules, limits), journal)
    equity, fills = _walked(floor, choices, start)
    trades, open_trades = trades_of_panel(panel, lines, fills, (wallet, terms))
    return Simulation(
        start=start,
        initial_cash=rules.cash,
        multiplier=1.0,
        equity=equity,
        fills=fills,
        trades=trades,
        open_trades=open_trades,
        bars_held=int(wallet.purse.held),
        counters=dict(zip(PANEL_COUNTERS, wallet.purse.counts.tolist(), strict=True)),
    )


def _terms(panel: Panel, rules: Rules) -> npt.NDArray[Any]:
    """Return the terms of every symbol; instruments that are alike are worked out once."""
    alike: dict[tuple[float, ...], list[int]] = {}
    instruments = [bars.instrument for bars in panel.series.values()]
    for number, own in enumerate(instruments):
        alike.setdefault((own.tick, own.lot, own.minimum_notional, own.multiplier), []).append(number)
    terms = np.zeros(len(instruments), TERMS)
    for numbers in alike.values():
        terms[numbers] = terms_of(rules, instruments[numbers[0]])[0]
    return terms


# What portfolios take from the rules; anything else must be left at its default (P10).
_TAKEN = frozenset(
    {
        "direction", "cash", "currency", "fee", "maker_fee", "fee_per_unit", "fee_per_order", "fee_minimum",
        "slippage", "slippage_ticks", "half_spread", "borrow_rate", "leverage", "maintenance_margin",
        "close_at_end", "tie_tolerance",
    }
)  # fmt: skip


def refuse_rules(rules: Rules) -> None:
    """Refuse what portfolios do not have, rather than ignore it.

    Raises
    ------
    InputError
        ``E_PORTFOLIO_RULE``.
    """
    plain = Rules()
    odd = [
        name
        for name in Rules.model_fields
        if name not in _TAKEN and getattr(rules, name) != getattr(plain, name)
    ]
    if odd:
        raise InputError(
            "E_PORTFOLIO_RULE",
            f"a portfolio has no {odd[0]} yet.",
            fix="Leave it out; exits of a portfolio are weights of 0, or the exits of ranked signals.",
            details={"rules": odd},
        )
