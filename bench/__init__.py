"""Measurements of ours beside other packages; never part of the tests, which are not timed."""
