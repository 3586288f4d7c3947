"""Tables that are no text with signs between cells, made into it."""
