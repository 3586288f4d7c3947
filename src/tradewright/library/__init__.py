"""The public face: what ``import tradewright as tw`` offers."""
