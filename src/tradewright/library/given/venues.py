"""What a venue's preset fills in: rules that nobody gave, and steps that an instrument lacks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.instrument import Instrument
from tradewright.data.venue_presets import VenuePreset, venue_preset, venue_presets

_STEPS = ("tick", "lot", "minimum_notional")


@dataclass(frozen=True, slots=True)
class Placed:
    """A question at a venue.

    Attributes
    ----------
    bars
        The series, with the venue's tick, lot, minimum, hours and currency where its instrument has none.
    rules
        The caller's rules, and those of the venue that they leave open.
    venue
        Name and date of the preset, for the manifest; None without one.
    notes
        What the preset does not know, each ``CODE: sentence``.
    """

    bars: Bars
    rules: dict[str, Any]
    venue: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()


def placed_at(name: str | None, bars: Bars, rules: Mapping[str, Any]) -> Placed:
    """Fill in what the preset `name` says (``binance:usdm@vip1``); without one, the instrument's own fee.

    Raises
    ------
    UnknownNameError
        ``E_VENUE`` when there is no such venue, market or tier.
    """
    if name is None:
        return Placed(bars, _own_fees(bars.instrument, rules) | dict(rules))
    preset = _preset(name, bars.symbol)
    lacking = [step for step in _STEPS if not getattr(bars.instrument, step)]
    steps = {step: preset.instrument[step] for step in lacking if preset.instrument.get(step)}
    steps |= _unsaid(preset, bars.instrument)
    venue = {"name": preset.name, "as_of": preset.as_of.isoformat()}
    notes = tuple(_notes(preset, bars, lacking))
    return Placed(_with_steps(bars, steps), {**preset.rules, **rules}, venue, notes)


def _unsaid(preset: VenuePreset, instrument: Instrument) -> dict[str, Any]:
    """Return the venue's hours and currency where the instrument has none that anybody said."""
    hours = preset.instrument["calendar"]
    found: dict[str, Any] = {}
    if instrument.calendar == Calendar("24/7") and hours != "24/7":
        found["calendar"] = Calendar(hours)
    if instrument.currency_assumed:
        found["currency"] = preset.instrument["currency"]
    return found


def _own_fees(instrument: Instrument, rules: Mapping[str, Any]) -> dict[str, float]:
    """Return the fees that an instrument brings itself; none of them beside a fee that was given."""
    own = {"fee": instrument.taker_fee, "maker_fee": instrument.maker_fee}
    return {} if "fee" in rules else {name: fee for name, fee in own.items() if fee is not None}


def _notes(preset: VenuePreset, bars: Bars, lacking: Sequence[str]) -> Iterator[str]:
    if lacking and "tick" not in preset.instrument:
        yield (
            f"W_VENUE_STEPS: {preset.name} is a preset without tick and lot of {bars.symbol}; "
            "sizes are not rounded."
        )
    theirs, ours = preset.instrument["currency"], bars.instrument.currency
    in_money = preset.rules["fee_per_unit"] or preset.rules["fee_minimum"]
    if in_money and theirs != ours:
        yield (
            f"W_VENUE_CURRENCY: fees of {preset.name} are in {theirs} and were taken for {ours}, "
            "the currency of the prices."
        )


def _preset(name: str, symbol: str) -> VenuePreset:
    """Return a preset with the steps of `symbol`, or without where it does not know them."""
    preset = venue_preset(name)
    known = symbol.strip().upper().partition(":")[0] in preset.symbols
    return venue_preset(name, symbol=symbol) if known else preset


def _with_steps(bars: Bars, steps: Mapping[str, Any]) -> Bars:
    if not steps:
        return bars
    mine = bars.slice(0, len(bars))
    mine.instrument = replace(bars.instrument, **steps)
    return mine


def list_venues(name: str | None = None) -> list[dict[str, Any]]:
    """Return a card for each preset: name, date, sources, tiers, symbols, rules, what it leaves out.

    Parameters
    ----------
    name
        Only this one: ``binance``, ``binance:usdm`` or ``binance:usdm@vip1``.

    Raises
    ------
    UnknownNameError
        ``E_VENUE`` when there is no such venue, market or tier.
    """
    presets = venue_presets() if name is None else [venue_preset(name)]
    return [
        {
            "name": preset.name,
            "title": preset.title,
            "as_of": preset.as_of.isoformat(),
            "source": list(preset.source),
            "asset_class": preset.instrument["asset_class"],
            "currency": preset.instrument["currency"],
            "tiers": list(preset.tiers),
            "symbols": list(preset.symbols),
            "rules": dict(preset.rules),
            "leverage_cap": preset.leverage_cap,
            "funding_hours": preset.funding_hours,
            "borrow_hours": preset.borrow_hours,
            "not_modelled": list(preset.not_modelled),
        }
        for preset in presets
    ]
