"""What a caller names and the library finds: price files, files of payments, venues."""
