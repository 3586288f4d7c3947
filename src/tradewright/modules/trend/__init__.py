"""How strongly, and which way, the market trends."""
