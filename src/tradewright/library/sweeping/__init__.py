"""What a sweep returns, and how its combinations are looked through."""
