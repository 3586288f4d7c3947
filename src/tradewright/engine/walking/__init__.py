"""How a run goes from bar to bar (engine.md 3)."""
