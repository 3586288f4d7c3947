"""``tw.portfolio`` and what it returns."""
