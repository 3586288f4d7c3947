"""``tradewright data``: the bars that this installation keeps."""
