"""Statistics of a series within its own recent past."""
