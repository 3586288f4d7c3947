"""Reading a strategy document: plain JSON in, checked conditions out, with a path in every error."""
