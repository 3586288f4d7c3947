"""Deciding for many parameters at once: columns and comparisons once, decisions 64 bars at a time."""
