"""Many instruments, one wallet (docs/concepts/portfolio.md)."""
