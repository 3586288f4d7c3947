"""What a run adds up to, without its equity curve and without its journal."""

from typing import Protocol

from tradewright.engine.state import record_type


class Totals(Protocol):
    """One run's sums; at run time a numpy record of dtype TOTALS.

    A return is that of a period of engine.md 7.1, a trade one of 5.5. Money is in account currency.
    """

    cash: float
    equity: float  # at the last bar marked
    marked: int  # bars before this one have been marked
    ended: bool  # liquidated with nothing left (5.3)

    peak: float
    deepest: float  # drawdown, a fraction of the peak, 0 or below
    floor: float  # equity under which the drawdown gets deeper
    equity_sum: float  # over bars
    periods: int  # that have ended
    point: float  # equity at the last period's end
    sum1: float  # of returns, and of their powers
    sum2: float
    sum3: float
    sum4: float
    gains: float  # sum of the returns above 0
    drops: float  # sum of those below
    downside: float  # squares of what falls short of the risk-free return
    moved: int  # periods that are in these sums; all others returned 0

    fills: int
    held: int  # bars with a position after the open's fills
    traded: float  # notional
    fees: float
    slippage: float

    trades: int
    open_trades: int
    wins: int
    losses: int
    won: float  # sum of profits
    lost: float
    pnl: float
    pnl_squares: float
    largest: float  # absolute profit or loss
    returns: float  # sum of the trades' returns
    won_returns: float
    lost_returns: float
    best: float
    worst: float
    streak: int  # of wins, below 0 of losses
    most_wins: int  # in a row
    most_losses: int
    bars_in_trades: int
    multiples: float  # of the risk at the stop, over the trades that had one
    stopped: int  # those trades

    conflicting: int
    capped: int
    invalid_stop: int
    below_minimum: int
    unknown_size: int
    ambiguous: int
    cancelled: int


TOTALS = record_type(Totals)
