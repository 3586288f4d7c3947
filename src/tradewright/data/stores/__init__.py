"""Where bars are kept: one package per store, all behind the port of ``data/bar_store.py``."""
