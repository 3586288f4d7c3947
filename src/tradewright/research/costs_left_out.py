"""Where rules leave out what such trading costs, or ask for what no venue charges, and the run traded so."""

from collections.abc import Iterator

import numpy as np

from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.types import EVENT, FUNDING, Simulation
from tradewright.research.caution import Caution

# An order of more than this share of its bar's volume moves the price; few of them may be chance.
_LARGE = 0.1
_MANY = 0.05
_CENT_OF_A_CENT = 1e-6
# Of what an order trades: what hardly any venue charges a side, and what none pays for resting orders.
_DEAR = 0.02
_GENEROUS = 0.001


def trusted_too_much(bars: Bars, simulation: Simulation, rules: Rules) -> list[Caution]:
    """Return what the rules take for granted that this run relied on.

    Orders larger than a tenth of their bar's volume without `participation`, where they are at least one in
    twenty; leverage without a maintenance margin, or with one that an all-in position is below at once;
    shorts or borrowed cash for which neither `borrow_rate` nor funding charges anything; costs above 2 % of
    what was traded, and rebates above 0.1 %.
    """
    return [
        *_large_orders(bars, simulation, rules),
        *_margin(rules),
        *_no_borrow(simulation, rules),
        *_high_costs(simulation),
        *_high_rebate(rules),
    ]


def _large_orders(bars: Bars, simulation: Simulation, rules: Rules) -> Iterator[Caution]:
    # Ticks that a file has instead of a volume count quotes, and no units.
    if rules.participation is not None or "W_VOLUME_TICKS" in bars.notes:
        return
    fills = simulation.fills[simulation.fills["kind"] != EVENT]
    volume = bars.volume[fills["bar"]]
    large = (volume > 0) & (np.abs(fills["quantity"]) > _LARGE * volume)
    count = int(large.sum())
    if count > _MANY * (volume > 0).sum():
        text = (
            f"{count:,} of the fills are larger than {_LARGE:.0%} of their bar's volume, which moves the "
            "price; set participation or impact."
        )
        yield Caution("W_LARGE_ORDERS", text, count)


def _margin(rules: Rules) -> Iterator[Caution]:
    if rules.leverage > 1 and rules.maintenance_margin == 0:
        text = "leverage without a maintenance margin: positions live on until the whole account is gone."
        yield Caution("W_NO_MARGIN", text)
    if rules.maintenance_margin * rules.leverage >= 1:
        text = (
            f"a position of the full leverage cannot stand: {rules.leverage:g} times equity leaves a margin "
            f"of {1 / rules.leverage:.3g} of it, and the maintenance margin is {rules.maintenance_margin:g}, "
            "so it is liquidated at once; lower one of the two."
        )
        yield Caution("W_MARGIN_TOO_HIGH", text)


def _no_borrow(simulation: Simulation, rules: Rules) -> Iterator[Caution]:
    fills = simulation.fills
    if rules.borrow_rate > 0 or (fills["reason"] == FUNDING).any():
        return
    short = any((trades["side"] < 0).any() for trades in (simulation.trades, simulation.open_trades))
    with np.errstate(over="ignore", invalid="ignore"):  # an account may outgrow what a float can say
        paid = fills["quantity"] * fills["price"] * fills["unit"] + fills["fee"] - fills["flow"]
        owing = simulation.initial_cash - np.cumsum(paid) < -_CENT_OF_A_CENT * simulation.initial_cash
    lent = [*(["shorts"] if short else []), *(["borrowed cash"] if owing.any() else [])]
    if lent:
        text = f"nothing was charged for {' and '.join(lent)}; set borrow_rate, or give funding."
        yield Caution("W_NO_BORROW", text)


def _high_costs(simulation: Simulation) -> Iterator[Caution]:
    fills = simulation.fills[simulation.fills["kind"] != EVENT]
    with np.errstate(over="ignore", invalid="ignore"):
        traded = float((np.abs(fills["quantity"]) * fills["reference"] * fills["unit"]).sum())
        paid = float((fills["fee"] + fills["slippage"]).sum())
    if paid > _DEAR * traded:
        text = (
            f"fees and slippage took {paid / traded:.2%} of what was traded, and few venues cost above "
            "1 %; fee and slippage are fractions (0.001 is 0.1 %), half_spread is in units of the price."
        )
        yield Caution("W_COST_HIGH", text)


def _high_rebate(rules: Rules) -> Iterator[Caution]:
    if rules.maker_fee is not None and rules.maker_fee < -_GENEROUS:
        text = (
            f"makers are paid {-rules.maker_fee:.2%} of what they trade, and no venue pays more than "
            f"{_GENEROUS:.1%}; maker_fee is a fraction (-0.0001 is 0.01 %)."
        )
        yield Caution("W_REBATE_HIGH", text)
