"""Averages that follow the price."""
