"""The words everything else is said in: bars, timeframes, instruments, calendars, errors, hooks."""
