"""From a file's bytes to bars, one stage per file: decode, sniff, split, symbols, numbers, times, checks."""
