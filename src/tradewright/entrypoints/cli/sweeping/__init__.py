"""``tradewright sweep``."""
