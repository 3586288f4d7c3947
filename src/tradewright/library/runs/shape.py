"""What the files of a run hold at the least, whatever else a version adds."""

from collections.abc import Mapping
from typing import Any, cast

TRADE_FIELDS = (
    "entry_time",
    "exit_time",
    "side",
    "quantity",
    "entry_price",
    "exit_price",
    "pnl",
    "return",
    "fees",
    "bars_held",
    "exit_reason",
    "mae",
    "mfe",
)
# What later versions have besides, and what a run of an older one may lack.
FURTHER_TRADE_FIELDS = ("carry", "entries", "exits")
FURTHER_FILL_FIELDS = ("kind", "decided_time", "unit", "flow")
COLUMNS = {
    "trades": TRADE_FIELDS,
    "fills": ("time", "quantity", "price", "reference", "fee", "slippage", "reason", "moment"),
    "equity": ("timestamp", "equity", "drawdown"),
}
_NUMBER = (int, float)
_MAYBE = (int, float, type(None))
RUN: dict[str, Any] = {
    "run": {
        **dict.fromkeys(("fingerprint", "result_hash", "strategy", "title", "symbol", "timeframe"), str),
        **dict.fromkeys(("start", "end", "last_bar", "currency"), str),
        "bars": int,
        "params": (dict, type(None)),
        "rules": dict,
        "open_trades": [dict.fromkeys(TRADE_FIELDS, object)],
    },
    "metrics": {**dict.fromkeys(("total_return", "max_drawdown", "sharpe"), _MAYBE), "trades": int},
    "warnings": [{"code": str, "message": str}],
    "files": dict,
}
MANIFEST: dict[str, Any] = {
    "tradewright": str,
    "series": {
        "instrument": {"symbol": str, "calendar": object},
        "bars": int,
        **dict.fromkeys(("timeframe", "first", "last", "checksum"), str),
    },
    "window": {"start": str, "end": str, "bars": int},
    "strategy": dict,
    "rules": {"direction": str, "cash": _NUMBER, "fee": _NUMBER},
    "metrics": {"risk_free": _NUMBER, "benchmark": (str, type(None))},
    "seed": int,
}
_SOURCE = {"source": str}


def misfit(value: object, shape: Any, place: str = "") -> str:
    """Return the first place where `value` lacks what `shape` asks for; empty when it has all.

    A shape is a type or several, a dict of shapes by key, or a list of the shape of each element.
    """
    if isinstance(shape, dict):
        if not isinstance(value, Mapping):
            return place or "everything"
        found = cast("Mapping[str, Any]", value)
        inside = cast("dict[str, Any]", shape)
        places = ((name, f"{place}.{name}".lstrip(".")) for name in inside)
        return next(
            filter(None, (misfit(found[n], inside[n], at) if n in found else at for n, at in places)), ""
        )
    if isinstance(shape, list):
        if not isinstance(value, list):
            return place
        rows = enumerate(cast("list[Any]", value))
        return next(filter(None, (misfit(row, shape[0], f"{place}[{i}]") for i, row in rows)), "")
    return "" if isinstance(value, shape) else place


def origin_misfit(origin: Mapping[str, Any]) -> str:
    """Return the first place where what was asked for cannot be read; empty when it can, or is not known."""
    if not origin:
        return ""
    named = ("data", "benchmark", "rates", "finer")
    sources: dict[str, Any] = {name: _SOURCE for name in named if origin.get(name) is not None}
    if "payments" in origin:
        sources["payments"] = dict
    return misfit(origin, {"data": object, "benchmark": object, "code": dict} | sources)
