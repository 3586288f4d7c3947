"""Scores of a sweep, piece by piece: in memory, or in a folder that a killed sweep goes on from."""
