"""W7: the entries of W3, each stop with each target."""

from bench.contestants.sweeps import SHOWN_BRACKETS, STOPS, TARGETS
from bench.processes import EVERYONE, measured_or_why_not
from bench.sweeping import Line, show

BARS = 100_000
SIZE = len(STOPS) * len(TARGETS)
TITLE = f"""W7  SMA 10/50 cross, {len(STOPS)} stops x {len(TARGETS)} targets, 1,000 units, {BARS:,} bars
  Fee 0.001; metrics as in W6. In the bar whose open is the entry vectorbt and backtrader test no stop."""


def main() -> None:
    """Measure and print."""
    size = f"{BARS}x{SIZE}"
    lines = [Line(name, BARS, measured_or_why_not(name, "sweep_brackets", size)) for name in EVERYONE]
    show(TITLE, lines, SHOWN_BRACKETS, "/ ours")


if __name__ == "__main__":
    main()
