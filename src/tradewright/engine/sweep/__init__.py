"""Many runs on the same bars: from event to event instead of bar to bar (engine.md 8)."""
