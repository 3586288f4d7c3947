"""What spaces of combinations are made of: values, axes, draws."""
