"""What runs are made of on disk, and what is done with those that are kept."""
