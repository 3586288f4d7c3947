"""The engine: one deterministic meaning of a backtest (see docs/concepts/engine.md)."""
