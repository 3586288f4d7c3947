"""Pages of `docs/` that are made from the source, so that they cannot say anything else."""
