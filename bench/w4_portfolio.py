"""W4: equal weight, rebalanced at each month's first close, out of one account."""

from bench.comparison import compare

SIZES = ((100, 2_500), (500, 5_000))
NOTE = """
  Decided and filled at a month's first close (backtrader: at the next open, the same price here). They part
  over the fee of a purchase for everything: vectorbt shortens the last order, bt all of them, nautilus_trader
  owes it, and backtrader, which would refuse the order, is told to keep 0.2 %."""


def main() -> None:
    """Measure and print."""
    for symbols, bars in SIZES:
        title = f"W4  equal weight, monthly, fee 0.001, {symbols} symbols x {bars:,} daily bars{NOTE}"
        compare(title, "portfolio", f"{symbols}x{bars}", symbols * bars, "orders")


if __name__ == "__main__":
    main()
