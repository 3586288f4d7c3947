"""What a page carries for its charts and its table: plain data, numbers packed."""

from typing import Any, NamedTuple

import numpy as np

from tradewright.core.isolation import isolated
from tradewright.reports.levels import Room, Spans, bars_each, detail, overview, spans_around
from tradewright.reports.material import ReportMaterial
from tradewright.reports.packing import pack
from tradewright.reports.parts import part_columns
from tradewright.reports.trades import TradeColumns, further_shown, trade_columns
from tradewright.reports.words import money_decimals

# With markup, scripts and metrics a page of 100,000 bars stays within 1.5 MB.
REPORT_ROOM = Room(text=1_150_000)


class _Curves(NamedTuple):
    """Both resolutions of the curves, packed."""

    overview: dict[str, Any]
    detail: dict[str, Any]

    @property
    def text(self) -> int:
        """How many characters they take."""
        return len(self.overview["blob"]) + len(self.detail["blob"])


def payload(material: ReportMaterial, room: Room = REPORT_ROOM) -> dict[str, Any]:
    """Return the data of a page: facts, metrics and warnings as in JSON, curves and trades packed."""
    trades = trade_columns(material)
    packed = pack(trades.columns)
    parts = pack(part_columns(material, trades.columns["side"].size))
    curves = _curves(material, trades, room, len(packed["blob"]) + len(parts["blob"]))
    return {
        "facts": _facts(material),
        "metrics": material.document["metrics"],
        "curves": curves.overview,
        "detail": curves.detail,
        "trades": {"closed": trades.closed, "reasons": trades.reasons, **packed},
        "parts": parts,
    }


def _facts(material: ReportMaterial) -> dict[str, Any]:
    facts = material.document["run"]
    return {
        **{name: isolated(str(facts[name])) for name in ("title", "symbol", "currency")},
        "timeframe": facts["timeframe"],
        "bars": int(material.time.size),
        "fingerprint": facts["fingerprint"],
        "further": further_shown(material),
        "has_bars": material.bars is not None,
        "money": money_decimals(facts["rules"]["cash"]),
    }


def _curves(material: ReportMaterial, trades: TradeColumns, room: Room, taken: int) -> _Curves:
    """Pack the curves in what `room` has left beside `taken` characters of trades."""
    left = max(room.text - taken, room.text / 4)
    packed = _packed(material, trades, room)
    while packed.overview["bars_each"] > 1 and packed.text > left and (tighter := room.tighter()):
        room = tighter
        packed = _packed(material, trades, room)
    return packed


def _packed(material: ReportMaterial, trades: TradeColumns, room: Room) -> _Curves:
    each = bars_each(int(material.time.size), room)
    spans = _spans(material, trades, room, each)
    return _Curves(
        {"bars_each": each, **pack(overview(material, each))},
        {
            "starts": spans.starts.tolist(),
            "stops": spans.stops.tolist(),
            "trades": spans.trades,
            **pack(detail(material, spans)),
        },
    )


def _spans(material: ReportMaterial, trades: TradeColumns, room: Room, each: int) -> Spans:
    nothing = np.empty(0, np.int64)
    if each == 1:
        return Spans(nothing, nothing, 0)
    entry, exit_ = (trades.columns[name].astype(np.int64) for name in ("entry_bar", "exit_bar"))
    return spans_around(entry, exit_, np.abs(trades.columns["pnl"]), int(material.time.size), room)
