"""Classic chart indicators."""
