"""Strategies that are asked at every close, and order what they want (engine.md 6.1)."""
