"""Workers of a Dask cluster. Imported only where the extra `dask` is installed."""
