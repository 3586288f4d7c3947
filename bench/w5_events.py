"""W5: a Python callback at each bar that looks at two averages and trades their cross."""

from bench.comparison import compare
from bench.environments import OURS

BARS = 100_000
PLAIN = """W5  Python callback per bar: SMA 10/50 cross, 1,000 units, fee 0.001, 100,000 hourly bars
  Filled at the next open, by bt and nautilus_trader at the close before it, the same price here."""
ATTACHED = "W5  the same, with a stop of 2 % and a target of 4 % attached to each entry"


def main() -> None:
    """Measure and print."""
    compare(PLAIN, "events", str(BARS), BARS, "trades", {f"{OURS}, @compiled": "events_compiled"})
    compare(ATTACHED, "events_brackets", str(BARS), BARS, "trades")


if __name__ == "__main__":
    main()
