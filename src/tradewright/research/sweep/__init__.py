"""Many combinations of one strategy, scored."""
