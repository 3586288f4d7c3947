"""What a run was worth: every metric of engine.md 7.1 to 7.5, each with one formula."""
