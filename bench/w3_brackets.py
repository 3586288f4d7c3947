"""W3: long entries on an SMA cross, each with a stop and a target, which alone end it."""

from bench.comparison import compare

BARS = 100_000
TITLE = """W3  SMA 10/50 cross, stop 2 %, target 4 %, 1,000 units, fee 0.001, 100,000 hourly bars
  Stop and target are of the price of the fill, or of the close of the decision, the same price here.
  nautilus_trader rounds levels to 0.0001 and money to cents."""


def main() -> None:
    """Measure and print."""
    compare(TITLE, "brackets", str(BARS), BARS, "trades")


if __name__ == "__main__":
    main()
