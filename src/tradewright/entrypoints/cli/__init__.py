"""The command line: ``tradewright <verb>``."""
