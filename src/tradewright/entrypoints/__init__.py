"""The doors of the house: what is started from outside."""
