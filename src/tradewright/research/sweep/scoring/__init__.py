"""Scoring combinations: what all share is made once, what they decide in bits, what they trade in sums."""
