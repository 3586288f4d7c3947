"""Strategies for many instruments: their base, when they decide, and those that are built in."""
