"""A run's rules, period and numbers as people read them."""

import math
from typing import Any, NamedTuple

from tradewright.metrics.catalog import Metric

_UNITS = {"percent": " %", "atr": " ATR", "r": " R", "price": ""}
_FILLS = {"next_open": "fills at the next open", "close": "fills at the close that decides"}
_DECIMALS = {"count": 0, "bars": 1, "ratio": 2, "score": 2, "per year": 2}
NOTHING = "—"
_POWERS_FROM = 1e15
_SMALL_CASH = 100
_MOST_DECIMALS = 8


class Shown(NamedTuple):
    """A value as text and the unit that belongs after it."""

    text: str
    unit: str = ""

    def __str__(self) -> str:
        """Return both."""
        return f"{self.text} {self.unit}".rstrip()


def costs_in_words(rules: dict[str, Any]) -> str:
    """Say what trading costs."""
    parts = [f"fee {100 * rules['fee']:g} % a side"]
    parts += [f"slippage {100 * rules['slippage']:g} %"] if rules["slippage"] else []
    parts += [f"half spread {rules['half_spread']:g}"] if rules["half_spread"] else []
    free = [name for name in ("slippage", "half spread") if not rules[name.replace(" ", "_")]]
    return ", ".join(parts + ([f"no {' or '.join(free)}"] if free else []))


def rules_in_words(rules: dict[str, Any]) -> str:
    """Say the rules that a reader must know: direction and size always, others where they act."""
    sides = rules["direction"] if rules["direction"] != "both" else "long and short"
    return ", ".join([sides, *size_in_words(rules), *exits_in_words(rules)])


def size_in_words(rules: dict[str, Any]) -> list[str]:
    """Say how large positions are, and the leverage where there is one."""
    size = rules["sizing"]
    parts = [size["kind"] + ("" if size["kind"] == "all-in" else f" {size['value']:g}")]
    return parts + ([f"leverage {rules['leverage']:g}"] if rules["leverage"] != 1 else [])


def exits_in_words(rules: dict[str, Any]) -> list[str]:
    """Say which levels protect positions, how bars are read where that decides, and when orders fill."""
    parts: list[str] = []
    for name, word in (("stop_loss", "stop"), ("take_profit", "target")):
        level = rules[name]
        parts += [f"{word} {level['value']:g}{_UNITS[level['unit']]}"] if level else []
    parts += [f"trailing {rules['trailing']:g} %"] if rules["trailing"] else []
    parts += [f"time stop {rules['time_stop']} bars"] if rules["time_stop"] else []
    has_exits = rules["stop_loss"] or rules["take_profit"] or rules["trailing"]
    parts += [f"inside bars {rules['intrabar']}"] if has_exits else []
    return [*parts, _FILLS[rules["fill_on"]]]


def money_decimals(cash: float) -> int:
    """Return how many decimals amounts of an account need: two, or six digits of a small account's cash."""
    return 2 if cash >= _SMALL_CASH else min(_MOST_DECIMALS, 5 - math.floor(math.log10(cash)))


def shown(metric: Metric, value: Any, currency: str, decimals: int = 2) -> Shown:
    """Return a metric's value as people read it, money with `decimals`; a dash where it is undefined."""
    if value is None:
        return Shown(NOTHING)
    if metric.unit == "band":
        return Shown(str(value))
    if metric.unit == "fraction":
        return Shown(decimal(100 * value, 2), "%")
    if metric.unit == "currency":
        return Shown(decimal(value, decimals), currency)
    if metric.unit == "seconds":
        return duration(value)
    unit = {"bars": "bars", "per year": "/year"}.get(metric.unit, "")
    return Shown(decimal(value, _DECIMALS[metric.unit]), unit)


def duration(seconds: float) -> Shown:
    """Return a span of time in days, hours or minutes."""
    for length, unit in ((86_400, "days"), (3_600, "h")):
        if seconds >= length:
            return Shown(f"{seconds / length:,.1f}", unit)
    return Shown(f"{seconds / 60:,.1f}", "min")


def counted(n: int, one: str) -> str:
    """Return a count with its noun."""
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"


def decimal(value: float, decimals: int) -> str:
    """Write a number with a true minus, and none before what was rounded to zero; powers from 1e15 on."""
    text = f"{value:,.{decimals}f}" if abs(value) < _POWERS_FROM else f"{value:.3e}"
    bare = text.lstrip("-")
    return bare if not bare.strip("0.,") else text.replace("-", "\N{MINUS SIGN}")


def exact(value: Any) -> str:
    """Return a value as JSON has it, to the last digit."""
    return "null" if value is None else repr(value) if isinstance(value, float) else str(value)
