"""What a user's own code must keep to, checked on what it returned."""
