"""Limits of CONTRIBUTING.md that no ready-made linter checks: sizes, names, doors to the outside."""
