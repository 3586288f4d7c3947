"""Why a trade went as it did: which order met which price in which bar, and what it cost."""
