"""Measurements of ours beside vectorbt and backtesting.py; never part of the tests, which are not timed."""
