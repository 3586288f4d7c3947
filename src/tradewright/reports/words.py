"""A run's rules, period and numbers as people read them."""

import math
from typing import Any, NamedTuple

from tradewright.engine.rule_parts import (
    ATR_PERIOD,
    BreakEven,
    Entry,
    Level,
    Sizing,
    SizingKind,
    Target,
    Trailing,
)
from tradewright.engine.rules import Rules
from tradewright.metrics.catalog import Metric

_OWN = "the strategy's price"
_OPPOSITE = {"exit": "an opposite entry closes", "ignore": "opposite entries are ignored"}
_SIZES: dict[SizingKind, str] = {
    "all-in": "all-in",
    "quantity": "{value:g} units",
    "cash": "{value:,.10g} of cash",
    "equity": "{percent} of equity",
    "risk": "risk {percent} of equity",
    "atr": "one ATR({period}) moves {percent} of equity",
    "volatility": "aims at {percent} volatility a year, by {period} bars",
    "kelly": "{value:g} times Kelly, {initial} of equity for the first {period} trades",
    "column": "size from the strategy",
}
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
    """Say what trading costs, given rules as plain data."""
    made = Rules.model_validate(rules)
    parts = [_fee(made), *_more_fees(made), *_worse_prices(made)]
    slips = made.slippage or made.slippage_ticks or made.slippage_atr or made.impact
    free = [word for word, cost in (("slippage", slips), ("half spread", made.half_spread)) if not cost]
    parts += [f"no {' or '.join(free)}"] if free else []
    return ", ".join(parts + ([f"borrowing {_percent(made.borrow_rate)} a year"] if made.borrow_rate else []))


def rules_in_words(rules: dict[str, Any]) -> str:
    """Say the rules that a reader must know: direction and size always, others where they act."""
    sides = rules["direction"] if rules["direction"] != "both" else "long and short"
    account = [f"account in {rules['currency']}"] if rules.get("currency") else []
    parts = [sides, *size_in_words(rules), *account, *orders_in_words(rules), *exits_in_words(rules)]
    return ", ".join(parts)


def size_in_words(rules: dict[str, Any]) -> list[str]:
    """Say how large positions are, and the leverage and margin where there is one."""
    made = Rules.model_validate(rules)
    parts = [_size(made.sizing)]
    parts += ["sized at the deciding close"] if made.size_on == "decision" else []
    parts += [f"leverage {made.leverage:g}"] if made.leverage != 1 else []
    return parts + (
        [f"maintenance margin {_percent(made.maintenance_margin)}"] if made.maintenance_margin else []
    )


def orders_in_words(rules: dict[str, Any]) -> list[str]:
    """Say how entries are ordered and added, and what limits their fills; nothing for plain market orders."""
    made = Rules.model_validate(rules)
    parts = [] if made.entry.kind == "market" else [_entry(made.entry, made.direction)]
    parts += ["one side's order cancels the other's"] if made.on_conflict == "oco" else []
    parts += [f"adds up to {made.pyramiding} times"] if made.pyramiding else []
    if made.limit_fill == "through" and (made.targets or made.entry.kind in {"limit", "stop_limit"}):
        parts += ["limits fill only beyond their price"]
    if made.participation is not None:
        parts += [f"at most {_percent(made.participation)} of a bar's volume"]
    return parts


def exits_in_words(rules: dict[str, Any]) -> list[str]:
    """Say which levels protect positions, how bars are read where that decides, and when orders fill."""
    made = Rules.model_validate(rules)
    parts = [f"stop {_level(made.stop_loss)}"] if made.stop_loss else []
    parts += [_targets(made.targets)] if made.targets else []
    parts += [_trailing(made.trailing)] if made.trailing else []
    parts += [_break_even(made.break_even)] if made.break_even else []
    parts += [f"time stop {made.time_stop} bars"] if made.time_stop else []
    parts += ["out at the session's end"] if made.session_end else []
    reacts = made.direction == "both" and made.on_opposite != "reverse"
    parts += [_OPPOSITE[made.on_opposite]] if reacts else []
    inside = made.stop_loss or made.targets or made.trailing or made.break_even or made.entry.kind != "market"
    parts += [f"inside bars {made.intrabar}"] if inside else []
    parts += [_FILLS[made.fill_on] if made.entry.kind == "market" else "exits at the next open"]
    return parts + (["closed at the end of data"] if made.close_at_end else [])


def _percent(fraction: float) -> str:
    return f"{100 * fraction:g} %"


def _fee(rules: Rules) -> str:
    if rules.maker_fee is None or rules.maker_fee == rules.fee:
        return f"fee {_percent(rules.fee)} a side"
    makers = _percent(abs(rules.maker_fee)) + (" rebate" if rules.maker_fee < 0 else "")
    return f"fee {_percent(rules.fee)} for takers and {makers} for makers"


def _more_fees(rules: Rules) -> list[str]:
    parts = [f"{rules.fee_per_unit:g} a unit"] if rules.fee_per_unit else []
    parts += [f"{rules.fee_per_order:g} an order"] if rules.fee_per_order else []
    return parts + ([f"at least {rules.fee_minimum:g} an order"] if rules.fee_minimum else [])


def _worse_prices(rules: Rules) -> list[str]:
    ticks = f"{rules.slippage_ticks:g} {'tick' if rules.slippage_ticks == 1 else 'ticks'}"
    slippages = (
        (rules.slippage, _percent(rules.slippage)),
        (rules.slippage_ticks, ticks),
        (rules.slippage_atr, f"{rules.slippage_atr:g} ATR({ATR_PERIOD})"),
    )
    said = [words for value, words in slippages if value]
    parts = [f"slippage {' + '.join(said)}"] if said else []
    parts += [f"impact {rules.impact:g} times the root of the share of volume"] if rules.impact else []
    return parts + ([f"half spread {rules.half_spread:g}"] if rules.half_spread else [])


def _size(sizing: Sizing) -> str:
    return _SIZES[sizing.kind].format(
        value=sizing.value,
        percent=_percent(sizing.value),
        period=sizing.period,
        initial=_percent(sizing.initial),
    )


def _entry(entry: Entry, direction: str) -> str:
    word = entry.kind.replace("_", "-")
    unit = _unit(entry)
    if entry.unit == "column":
        where = _OWN
    elif not entry.offset:
        where = "the close"
    else:
        sides = ("below", "above") if entry.kind == "limit" else ("above", "below")
        own, other = sides if direction != "short" else sides[::-1]
        shorts = f" (shorts {other})" if direction == "both" else ""
        where = f"{entry.offset:g}{unit} {own} the close{shorts}"
    beyond = f", at most {entry.through:g}{unit} beyond" if entry.through else ""
    return f"enters by {word} at {where}{beyond}, {_lifetime(entry.lifetime)}"


def _lifetime(lifetime: int | str | None) -> str:
    if lifetime is None:
        return "until replaced"
    return "until the session ends" if isinstance(lifetime, str) else f"for {counted(lifetime, 'bar')}"


def _unit(part: Level | Target | Trailing | BreakEven | Entry) -> str:
    """Return the unit that follows a number; a stop-limit's column counts in price units."""
    if part.unit in {"atr", "chandelier"}:
        return f" ATR({part.period})"
    return {"percent": " %", "r": " R"}.get(part.unit, "")


def _level(level: Level) -> str:
    return f"at {_OWN}" if level.unit == "column" else f"{level.value:g}{_unit(level)}"


def _targets(targets: tuple[Target, ...]) -> str:
    if len(targets) == 1 and targets[0].share == 1:
        return f"target {_level(targets[0])}"
    said = [f"{_level(target)} for {_percent(target.share)}" for target in targets]
    return f"{'target' if len(said) == 1 else 'targets'} {' and '.join(said)}"


def _trailing(trailing: Trailing) -> str:
    how = f"at {_OWN}" if trailing.unit == "column" else f"{trailing.value:g}{_unit(trailing)}"
    word = "chandelier" if trailing.unit == "chandelier" else "trailing"
    return f"{word} {how}" + (f" once {trailing.after:g} % is gained" if trailing.after else "")


def _break_even(even: BreakEven) -> str:
    where = f"{even.offset:g} % beyond the entry" if even.offset else "the entry"
    return f"stop to {where} after {even.after:g}{_unit(even)}"


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
