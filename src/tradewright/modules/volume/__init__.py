"""What traded volume says."""
