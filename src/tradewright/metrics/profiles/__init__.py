"""The numbers that other packages would print for the same run (engine.md 7.6)."""
