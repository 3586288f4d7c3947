"""The rules of the engine, one small file for each kind of thing they speak of."""
