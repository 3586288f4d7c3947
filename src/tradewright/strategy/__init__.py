"""Strategies: the document and its compiler, Python strategies, and the built-in library."""
