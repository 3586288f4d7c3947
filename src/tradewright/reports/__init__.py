"""What a run looks like to people: pages and pictures, made from plain data."""
