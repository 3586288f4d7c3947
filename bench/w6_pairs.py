"""W6: every pair of 142 averages, and what other rules make of the time that takes us."""

from bench.contestants.sweeps import SHOWN_PAIRS
from bench.environments import OURS
from bench.processes import EVERYONE, measured_or_why_not
from bench.sweeping import Line, show

BARS, WINDOWS = 50_000, 142
TITLE = f"""W6  SMA cross of every pair of {WINDOWS} windows from 5 on, long, all-in, fee 0.001, {BARS:,} bars
  Of each: total return, daily Sharpe, drawdown, trades, win rate, profit factor; of bt, backtrader and
  nautilus_trader equity and trades only. Ours takes both cores, the others take one. Where some combinations
  were run, the times are for all at that rate. The last columns are the final equity of a pair. At one bar
  the averages of 50 and 100 are equal; in the sums of vectorbt they differ by 1e-14, so it buys there."""
VARIANTS = {
    "long, all-in": "sweep_pairs",
    "windows 10, 15 ... 715": "sweep_pairs_spread",
    "short": "sweep_pairs_short",
    "both sides": "sweep_pairs_both",
    "stop 2 %": "sweep_pairs_stop",
    "trailing stop 2 %": "sweep_pairs_trailing",
    "stop 2 %, risk 1 %": "sweep_pairs_risk",
}


def main() -> None:
    """Measure and print."""
    size = f"{BARS}x{WINDOWS}"
    lines = [Line(name, BARS, measured_or_why_not(name, "sweep_pairs", size)) for name in EVERYONE]
    show(TITLE, lines, SHOWN_PAIRS, "/ ours")
    ours = [Line(name, BARS, measured_or_why_not(OURS, task, size)) for name, task in VARIANTS.items()]
    show("W6  the same, ours, on other windows and under other rules", ours, SHOWN_PAIRS, "/ long")


if __name__ == "__main__":
    main()
