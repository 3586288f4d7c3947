"""Levels at which the price turned before."""
