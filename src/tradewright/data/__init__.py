"""Price data from outside: reading, checking and keeping it."""
