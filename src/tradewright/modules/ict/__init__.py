"""The Inner Circle Trader concepts, each defined in words and causal."""
