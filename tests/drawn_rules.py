"""Rules drawn over every field: each kind of rule is on in some runs, so that all meet each other."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from tradewright.engine.rules import Rules

T = TypeVar("T")


class Chooser(Protocol):
    def pick(self, values: Sequence[T]) -> T: ...


SELDOM, OFTEN = (False, False, False, True), (False, True)
PERCENTS = (5.0, 2.5, 10.0, 1.0, 2.0, 20.0, 50.0, 0.5, 0.01)
ATRS = (2.0, 1.0, 0.5, 30.0)
PRICES = (9.0, 9.5, 95.0, 100.0, 11.0)


def rules_from(source: Chooser, *, has_tick: bool, has_volume: bool = True) -> Rules:
    """Draw rules that `Rules` accepts; every field takes more than its default in some of them."""
    pick = source.pick
    direction = pick(["both", "both", "long", "short"])
    stop = pick(
        [
            None,
            *[_level(pick, "percent")] * 2,
            _level(pick, pick(["atr", "atr", "column", "column", "price"])),
        ]
    )
    trailing = _trailing(pick) if pick(SELDOM) else None
    has_stop = stop is not None or (trailing is not None and trailing["after"] == 0)
    entry, fill_on = _entry(pick)
    cuts = has_volume and fill_on == "next_open" and pick(SELDOM)
    oco = isinstance(entry, dict) and direction == "both" and pick(OFTEN)
    return Rules.model_validate(
        {
            "direction": direction,
            "cash": pick([10_000.0, 10_000.0, 1_000.0]),
            "currency": pick([None, None, None, "USD", "EUR"]),
            **_costs(pick, has_tick, has_volume),
            "leverage": pick([1.0, 1.0, 0.5, 2.0, 10.0, 100.0]),
            "maintenance_margin": pick([0.0, 0.0, 0.005, 0.1]),
            "sizing": _sizing(pick, has_stop),
            "size_on": pick(["fill", "fill", "decision"]),
            "pyramiding": pick([0, 0, 1, 3]),
            "participation": pick([0.1, 0.01, 0.5, 1.0]) if cuts else None,
            "fill_on": fill_on,
            "entry": entry,
            "limit_fill": pick(["touch", "touch", "through"]),
            "intrabar": pick(["pessimistic", "optimistic", "path", "magnified"]),
            "on_opposite": pick(["reverse", "reverse", "exit", "ignore"]),
            "on_conflict": "oco" if oco else "neither",
            "stop_loss": stop,
            "take_profit": _targets(pick, has_stop, direction),
            "trailing": trailing,
            "break_even": _break_even(pick, has_stop) if pick(SELDOM) else None,
            "time_stop": pick([None, None, 1, 2, 3, 10]),
            "session_end": pick(SELDOM),
            "close_at_end": pick(OFTEN),
            "tie_tolerance": pick([1e-11, 1e-11, 0.0]),
        }
    )


def _level(pick: Any, unit: str) -> dict[str, Any]:
    values = {"percent": PERCENTS, "atr": ATRS, "price": PRICES, "r": (0.5, 1.0, 2.0, 3.0), "column": (1.0,)}
    level: dict[str, Any] = {"value": pick(values[unit]), "unit": unit}
    return {**level, "period": pick([14, 5])} if unit == "atr" else level


def _targets(pick: Any, has_stop: bool, direction: str) -> Any:
    def level() -> dict[str, Any]:
        units = ["percent"] * 5 + ["atr", "atr", "price", "column", *(["r", "r"] if has_stop else [])]
        drawn = _level(pick, pick(units))
        far = drawn["unit"] == "percent" and direction != "short" and pick(SELDOM)
        return {**drawn, "value": 150.0} if far else drawn

    match pick(["none", "one", "several"]):
        case "none":
            return None
        case "one":
            return level()
        case _:
            shares = pick(
                [(0.5, 0.5), (0.3, 0.3, 0.4), (0.25, 0.25), (1 / 3, 1 / 3, 1 / 3), (1.0,), (0.01, 0.99)]
            )
            return [{**level(), "share": share} for share in shares]


def _trailing(pick: Any) -> dict[str, Any]:
    unit = pick(["percent", "atr", "chandelier", "column"])
    values = {"percent": PERCENTS, "atr": ATRS, "chandelier": ATRS, "column": (1.0,)}
    drawn: dict[str, Any] = {"value": pick(values[unit]), "unit": unit, "after": pick([0.0, 0.0, 1.0, 5.0])}
    return {**drawn, "period": pick([14, 5])} if unit in {"atr", "chandelier"} else drawn


def _break_even(pick: Any, has_stop: bool) -> dict[str, Any]:
    unit = pick(["percent", "atr", *(["r"] if has_stop else [])])
    after = pick((0.5, 1.0, 2.0)) if unit != "percent" else pick((1.0, 2.0, 5.0))
    return {"after": after, "unit": unit, "offset": pick([0.0, 0.0, 0.5, 3.0])}


def _entry(pick: Any) -> tuple[Any, str]:
    kind = pick(["market", "market", "limit", "stop", "stop_limit"])
    if kind == "market":
        return "market", pick(["next_open", "next_open", "close"])
    unit = pick(["percent", "percent", "atr", "price", "column"])
    offset = {
        "percent": (0.0, 0.5, 1.0, 3.0),
        "atr": (0.0, 0.5, 1.0),
        "price": (0.0, 0.5, 1.0),
        "column": (0.0,),
    }
    drawn: dict[str, Any] = {"kind": kind, "unit": unit, "offset": pick(offset[unit])}
    drawn["lifetime"] = pick([1, 1, 2, 5, "session", None])
    if kind == "stop_limit":
        drawn["through"] = pick([0.0, 0.5, 1.0])
    return drawn, "next_open"


def _costs(pick: Any, has_tick: bool, has_volume: bool) -> dict[str, Any]:
    many = pick(SELDOM)
    return {
        "fee": pick([0.0, 0.001, 0.02]),
        "maker_fee": pick([None, None, 0.0, 0.0005, -0.0002, -0.01]),
        "fee_per_unit": pick([0.0, 0.005, 0.5]) if many else 0.0,
        "fee_per_order": pick([0.0, 1.0]) if many else 0.0,
        "fee_minimum": pick([0.0, 1.0, 20.0]) if many else 0.0,
        "slippage": pick([0.0, 0.0005, 0.01]),
        "slippage_ticks": pick([0.0, 1.0, 2.5]) if many and has_tick else 0.0,
        "slippage_atr": pick([0.0, 0.1]) if many else 0.0,
        "impact": pick([0.0, 0.01, 0.5]) if many and has_volume else 0.0,
        "half_spread": pick([0.0, 0.0, 0.01, 0.5]),
        "borrow_rate": pick([0.0, 0.0, 0.05, 2.0]),
    }


def _sizing(pick: Any, has_stop: bool) -> dict[str, Any]:
    amounts: dict[str, Sequence[float]] = {
        "all-in": (1.0,),
        "quantity": (0.3, 1.0, 50.0, 5_000.0),
        "cash": (500.0, 2_000.0, 10_000.0, 30_000.0),
        "equity": (0.1, 0.5, 1.0),
        "atr": (0.01, 0.05),
        "volatility": (0.1, 0.5),
        "kelly": (0.5, 1.0),
        "column": (1.0,),
        **({"risk": (0.01, 0.05, 0.5)} if has_stop else {}),
    }
    kind = pick(["all-in", "all-in", *amounts])
    sizing: dict[str, Any] = {"kind": kind, "value": pick(amounts[kind])}
    return {**sizing, "period": pick([1, 2, 3])} if kind == "kelly" else sizing
