"""Searching for good parameters: what :func:`tradewright.optimize` asks and returns."""
