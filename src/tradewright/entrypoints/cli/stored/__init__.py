"""``tradewright import`` and ``tradewright data``: bars into the store, and what it keeps."""
