"""The loop over the rows of a panel: from decisions at closes to fills and equity (P11)."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.engine.book import with_room
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
from tradewright.engine.portfolio.outline import choices_of, limits_of, lines_of
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import (
    CANCELLED,
    PANEL_COUNTERS,
    PURSE,
    Choices,
    Floor,
    Limits,
    Lines,
    PortfolioLimits,
    RankedSignals,
    TargetWeights,
    Wallet,
)
from tradewright.engine.portfolio.round_trips import trades_of_panel
from tradewright.engine.portfolio.ruin import liquidate_at_gap, liquidate_inside, settle_ruin
from tradewright.engine.rules import Rules
from tradewright.engine.terms import TERMS, terms_of
from tradewright.engine.types import AT_CLOSE, END_OF_DATA, FILL, Floats, Simulation
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
    wallet = floor.wallet
    for s in range(wallet.position.size):
        if wallet.position[s] != 0 and wallet.fresh[s]:
            close = floor.lines.close[wallet.cursor[s]]
            wallet.unit[s] = floor.terms[s].multiplier * rate_at(floor.lines, s, t, True)
            when = occasion_of(floor, s, t, close, AT_CLOSE)
            close_whole(floor, s, when, END_OF_DATA, wallet.decided[s])


@kernel
def run_panel(
    lines: Lines,
    choices: Choices,
    start: int,
    fills: npt.NDArray[Any],
    wallet: Wallet,
    reads: tuple[Any, Limits],
) -> tuple[Floats, npt.NDArray[Any]]:
    """Walk the rows from `start`; return equity, and the fills with room behind those that are used."""
    terms, limits = reads
    purse = wallet.purse
    floor = Floor(lines, wallet, terms, limits, fills)
    n, most = lines.time.size, 4 * wallet.position.size + 4
    equity = np.empty(n - start)
    position, close, cursor, first, even = (
        wallet.position,
        lines.close,
        wallet.cursor,
        lines.first,
        lines.even,
    )
    unit = np.empty(position.size)
    unit_at_close(floor, start, unit)
    steady = lines.rate_close.size == 1
    eventful = limits.ruinable or limits.borrow_rate > 0 or choices.ranked
    decision = 0
    for t in range(start, n):
        if purse.ended:
            equity[t - start] = purse.cash
            continue
        closing = limits.close_at_end and t == n - 1
        deciding = decision < choices.rows.size and choices.rows[decision] == t
        if even and not (eventful or closing or purse.orders > 0):
            if deciding:
                order_weights(floor, choices, decision, t)
                decision += 1
            purse.held += purse.positions > 0
            if not steady:
                unit_at_close(floor, t, unit)
            equity[t - start] = marked(purse.cash, position, close, first, t, unit)
            continue
        advance(lines, wallet, t)
        if purse.fills + most > fills.size:
            fills = with_room(fills, purse.fills, most)
            floor = Floor(lines, wallet, terms, limits, fills)
        open_row(floor, t)
        purse.held += purse.positions > 0
        if limits.ruinable and purse.positions > 0:
            liquidate_inside(floor, t)
            settle_ruin(floor)
        if closing:
            sell_out(floor, t)
        elif not purse.ended and choices.ranked:
            order_ranked(floor, choices, t)
        if deciding:
            if not (closing or purse.ended):
                order_weights(floor, choices, decision, t)
            decision += 1
        if not steady:
            unit_at_close(floor, t, unit)
        equity[t - start] = marked(purse.cash, position, close, cursor, 0, unit)
    if even:
        advance(lines, wallet, n - 1)
    purse.counts[CANCELLED] += purse.orders
    return equity, fills


def open_wallet(cash: float, lines: Lines, start: int) -> Wallet:
    """Return a wallet that holds `cash` and nothing else, before row `start`."""
    symbols = lines.first.size - 1
    purse = np.zeros(1, PURSE)
    purse["cash"] = cash
    first, last = lines.first[:-1], lines.first[1:]
    if lines.even:
        cursor = first - 1 + start
    else:
        before = [np.searchsorted(lines.row[a:b], start) for a, b in zip(first, last, strict=True)]
        cursor = first - 1 + np.array(before, np.int64)
    return Wallet(
        purse=purse[0],
        position=np.zeros(symbols),
        order=np.full(symbols, np.nan),
        decided=np.zeros(symbols, np.int64),
        reason=np.zeros(symbols, np.int64),
        cursor=np.ascontiguousarray(cursor),
        fresh=np.full(symbols, lines.even),
        price=np.full(symbols, np.nan),
        unit=np.full(symbols, np.nan),
        wanted=np.zeros(symbols),
        cost=np.zeros(symbols),
    )


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
        Costs and account; what a portfolio cannot do yet is refused.
    limits
        Least change, most weight and exposure, slots.
    start
        First row whose close decides.
    rates
        For each symbol its rates into the account's currency at the open and the close of each row, or
        None for 1.

    Returns
    -------
    Simulation
        Equity at the close of each row from `start`; fills and trades whose bars are rows of the panel,
        and whose `instrument` is the number of the symbol; counters of PANEL_COUNTERS.

    Raises
    ------
    InputError
        ``E_PORTFOLIO_RULE`` for rules that portfolios do not have, ``E_WEIGHTS`` for weights of the wrong
        shape or infinite, ``E_NO_TICK`` for slippage in ticks without a tick.
    """
    limits = limits or PortfolioLimits()
    refuse_rules(rules)
    lines = lines_of(panel, rates)
    choices = choices_of(panel, decisions)
    terms = _terms(panel, rules)
    wallet = open_wallet(rules.cash, lines, start)
    room = np.empty(max(256, 8 * len(panel.series)), FILL)
    equity, fills = run_panel(lines, choices, start, room, wallet, (terms, limits_of(rules, limits)))
    fills = fills[: wallet.purse.fills].copy()
    trades, open_trades = trades_of_panel(panel, lines, fills, (wallet, terms))
    counts = cast("list[int]", wallet.purse.counts.tolist())
    return Simulation(
        start=start,
        initial_cash=rules.cash,
        multiplier=1.0,
        equity=equity,
        fills=fills,
        trades=trades,
        open_trades=open_trades,
        bars_held=int(wallet.purse.held),
        counters=dict(zip(PANEL_COUNTERS, counts, strict=True)),
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
        "close_at_end", "tie_tolerance", "intrabar",
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
    if rules.intrabar == "magnified":
        odd.append("intrabar=magnified")
    if odd:
        raise InputError(
            "E_PORTFOLIO_RULE",
            f"a portfolio has no {odd[0]} yet.",
            fix="Leave it out; exits of a portfolio are weights of 0, or the exits of ranked signals.",
            details={"rules": odd},
        )
