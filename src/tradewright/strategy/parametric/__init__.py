"""One compiled document for all values of its parameters: what a sweep runs instead of reading each anew."""
