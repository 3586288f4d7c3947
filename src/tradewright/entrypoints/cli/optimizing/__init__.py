"""``tradewright optimize``."""
