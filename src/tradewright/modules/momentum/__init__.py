"""How fast the price changes."""
