"""The module library: stateless indicators, found by file name, imported when first used."""
