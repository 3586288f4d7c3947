"""Checks and generators for this repository; each runs as `python -m tools.<name>`."""
