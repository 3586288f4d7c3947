"""Names of any script inside a sentence: what runs from right to left must not turn what stands around it."""

import unicodedata

_FIRST_STRONG, _POP = "\u2068", "\u2069"
_ISOLATES = frozenset("\u2066\u2067\u2068")
_TURNING = frozenset({"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def isolated(text: str) -> str:
    """Return `text` between a first strong isolate and its end where it could turn its neighbours.

    Text that runs from left to right is returned as it is. Ends of isolates that it did not begin are
    left out: they would end ours.
    """
    if not any(unicodedata.bidirectional(letter) in _TURNING for letter in text):
        return text
    kept: list[str] = []
    open_ = 0
    for letter in text:
        if letter == _POP and not open_:
            continue
        open_ += (letter in _ISOLATES) - (letter == _POP)
        kept.append(letter)
    return f"{_FIRST_STRONG}{''.join(kept)}{_POP * (open_ + 1)}"
