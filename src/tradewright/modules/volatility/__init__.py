"""How far the price moves."""
