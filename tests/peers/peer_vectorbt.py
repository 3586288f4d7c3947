"""An SMA cross in vectorbt, as its users write it. Runs in the peers' environment only.

Where it had to be told apart from its defaults, so that both mean the same:

- a signal fills at the close of its own bar; shifting signals by one bar and passing the open as the
  price makes it the next open;
- `crossed_above` wants the line below at some bar before, ours at or below one bar ago: they differ only
  where the two lines are equal on their very first bar.
"""

import numpy as np
import pandas as pd
import vectorbt as vbt
from answering import answer_all


def run(bars, options):
    index = pd.to_datetime(bars["time"])
    opens, closes = (pd.Series(bars[name], index=index) for name in ("open", "close"))
    fast, slow = (vbt.MA.run(closes, options[name]) for name in ("fast", "slow"))
    portfolio = vbt.Portfolio.from_signals(
        closes,
        fast.ma_crossed_above(slow).vbt.signals.fshift(1),
        fast.ma_crossed_below(slow).vbt.signals.fshift(1),
        price=opens,
        size=np.inf,
        init_cash=options["cash"],
        fees=options["fee"],
        slippage=options["slippage"],
        freq="1D",
    )
    trades = portfolio.trades.records
    closed = trades[trades["status"] == 1]
    fields = ["entry_idx", "exit_idx", "size", "entry_price", "exit_price", "pnl"]
    return {"trades": closed[fields].to_numpy().tolist(), "equity": portfolio.value().tolist()}


if __name__ == "__main__":
    answer_all(run)
