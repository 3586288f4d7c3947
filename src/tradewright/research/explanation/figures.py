"""Numbers and times inside sentences: rounded, with no minus before a zero, and never a bare float."""

import math
from collections.abc import Sequence
from typing import Any, cast

from tradewright.core.timeframe import NS_PER_DAY
from tradewright.research.manifest import iso

_POWERS_FROM = 1e15
_POWERS_BELOW = 1e-9
UNKNOWN = "unknown"


def number(value: float, digits: int = 6) -> str:
    """Write a price or a quantity with `digits` that count, thousands apart, no zeros at the end."""
    if not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    if not _POWERS_BELOW <= abs(value) < _POWERS_FROM:
        return f"{value:.3e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: float) -> str:
    """Write an amount of account currency: two decimals, or as many digits as a small one needs."""
    if math.isfinite(value) and (value == 0 or 0.01 <= abs(value) < _POWERS_FROM):
        return bare(f"{value:,.2f}")
    return number(value, 3)


def signed(value: float) -> str:
    """Write an amount with its sign."""
    text = money(value)
    return text if value <= 0 or text == UNKNOWN else f"+{text}"


def percent(fraction: float, decimals: int = 2) -> str:
    """Write a fraction in percent."""
    share = 100 * fraction
    if not math.isfinite(share) or abs(share) >= _POWERS_FROM:
        return f"{number(share, 4)} %"
    return bare(f"{share:,.{decimals}f}") + " %"


def counted(n: float, one: str) -> str:
    """Return a count with its noun."""
    return f"{number(n)} {one}" if n == 1 else f"{number(n)} {one}s"


def bare(text: str) -> str:
    """Take the minus from what was rounded to zero."""
    return text.removeprefix("-") if not text.strip("-0.,") else text


def summed(first: str, parts: Sequence[tuple[str, float]], total: str) -> str:
    """Write ``100 + 0.05 slippage - 0.01 half spread = 100.04``; without parts the first alone."""
    shown = [(name, amount) for name, amount in parts if amount != 0]
    if not shown:
        return first
    terms = (f" {'+' if amount > 0 else '-'} {number(abs(amount))} {name}" for name, amount in shown)
    return f"{first}{''.join(terms)} = {total}"


def moment(time: int) -> str:
    """Write UTC nanoseconds as a date, with the clock unless it is midnight."""
    text = iso(time).removesuffix("Z")
    return text.replace("T", " ") if time % NS_PER_DAY else text[:10]


def plain(value: object) -> Any:
    """Return numbers as JSON holds them: None for what no JSON number can say."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in cast("Sequence[object]", value)]
    return None if isinstance(value, float) and not math.isfinite(value) else value
