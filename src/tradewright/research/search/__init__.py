"""Search for good combinations of parameters over anything that scores combinations."""
