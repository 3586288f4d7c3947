"""Everything about a user's own code: running it, naming it, and what its name covers."""
