"""The commands about runs that are there already."""
