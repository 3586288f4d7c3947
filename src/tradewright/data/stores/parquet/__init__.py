"""Bars as Parquet files in a folder of this machine."""
