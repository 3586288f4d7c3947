"""How often anything was tried on a series: what honest statistics of the best of many need."""
