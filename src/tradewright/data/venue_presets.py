"""What trading costs at a venue, and the steps it trades in: dated data, by name.

A preset is a starting point. Fees depend on account, country and promotions: compare `VenuePreset.as_of` and
`VenuePreset.source` with the account's own fee page.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tradewright.core.calendar import Calendar
from tradewright.core.errors import InputError, UnknownNameError

_FOLDER = Path(__file__).with_name("venues")

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Tier(_Strict):
    """What one kind of account pays: fractions of notional, and currency per unit and per order."""

    maker: float = Field(ge=0, lt=0.05)
    taker: float = Field(ge=0, lt=0.05)
    fee_per_unit: float = Field(default=0.0, ge=0, lt=1)
    fee_minimum: float = Field(default=0.0, ge=0, lt=100)


class _Steps(_Strict):
    """Steps of price and quantity, and the smallest order in currency (0 for none)."""

    tick: float = Field(gt=0, le=1)
    lot: float = Field(gt=0, le=1_000)
    minimum_notional: float = Field(default=0.0, ge=0, le=1_000)


class _Market(_Strict):
    """One market of a venue."""

    as_of: date
    source: list[Annotated[str, Field(pattern=r"^https://\S+$")]] = Field(min_length=1)
    asset_class: Literal["crypto", "stock", "forex", "commodity"]
    currency: str = Field(pattern=r"^[A-Z]{3,5}$")
    calendar: str
    default_tier: str
    tiers: dict[_Name, _Tier]
    symbols: dict[str, _Steps] = Field(default_factory=dict)
    every_symbol: _Steps | None = None
    leverage_cap: float | None = Field(default=None, ge=1, le=200)
    maintenance_margin: float | None = Field(default=None, gt=0, lt=1)
    funding_hours: float | None = Field(default=None, gt=0, le=24)
    borrow_hours: float | None = Field(default=None, gt=0, le=24)
    not_modelled: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _coherent(self) -> "_Market":
        Calendar(self.calendar)
        if self.default_tier not in self.tiers:
            raise ValueError(f"default_tier '{self.default_tier}' is not among the tiers")
        if (self.maintenance_margin or 0.0) * (self.leverage_cap or 1.0) > 1:
            raise ValueError("at the leverage cap a position would be liquidated at once")
        if bool(self.symbols) == (self.every_symbol is not None):
            raise ValueError("give steps by symbol, or for every symbol")
        return self


class _Venue(_Strict):
    """One file of ``data/venues``."""

    title: str
    default_market: str
    markets: dict[_Name, _Market]

    @model_validator(mode="after")
    def _coherent(self) -> "_Venue":
        if self.default_market not in self.markets:
            raise ValueError(f"default_market '{self.default_market}' is not among the markets")
        return self


@dataclass(frozen=True, slots=True)
class VenuePreset:
    """Costs and steps of one market of a venue, for one kind of account.

    Attributes
    ----------
    name
        In full: ``binance:usdm@vip1``.
    title
        The venue as it calls itself.
    as_of
        Until when the venue is known to have published this.
    source
        Pages of the venue that it comes from, and where today's values stand.
    rules
        Engine rules by name: ``fee`` (takers) and ``maker_fee``, fractions of notional; ``fee_per_unit``
        and ``fee_minimum`` (an order), in `instrument`'s currency; ``maintenance_margin``, a fraction of
        notional, where the venue has one for all.
    instrument
        Fields of an instrument: ``venue``, ``asset_class``, ``currency``, ``calendar``; with a symbol, or
        where all symbols have the same, also ``tick``, ``lot`` and ``minimum_notional``.
    tiers, symbols
        Other kinds of account, and the symbols whose steps are known; without any, steps are those of
        all symbols.
    leverage_cap
        The most that the venue lends, as a multiple of equity; not set as a rule, since it is a limit and
        no choice. None where it depends on the contract.
    funding_hours, borrow_hours
        Hours between payments of funding and of interest on what is borrowed; None for none, or unknown.
    not_modelled
        What the venue charges or limits that `rules` leave out.
    """

    name: str
    title: str
    as_of: date
    source: tuple[str, ...]
    rules: Mapping[str, float]
    instrument: Mapping[str, Any]
    tiers: tuple[str, ...]
    symbols: tuple[str, ...]
    leverage_cap: float | None = None
    funding_hours: float | None = None
    borrow_hours: float | None = None
    not_modelled: tuple[str, ...] = field(default=())


def venue_preset(name: str, tier: str | None = None, symbol: str | None = None) -> VenuePreset:
    """Return a preset by name.

    Parameters
    ----------
    name
        ``venue``, ``venue:market`` or ``venue:market@tier``, in any capitals: ``binance``,
        ``binance:usdm``, ``binance:spot@vip1``. Without a market it is the venue's first, without a tier
        that of a new account.
    tier
        Another way to give the tier.
    symbol
        What is traded, for its steps: ``BTC/USDT``, or ``BTC/USDT:USDT`` as ccxt writes a swap.

    Raises
    ------
    UnknownNameError
        ``E_VENUE`` when there is no such venue, market, tier or symbol; names the nearest.
    InputError
        ``E_VENUE`` when two different tiers are given.
    """
    plain, _, named_tier = name.strip().casefold().partition("@")
    venue_name, _, market_name = plain.partition(":")
    venues = _venues()
    if venue_name not in venues:
        raise UnknownNameError("E_VENUE", "venue", venue_name, venues)
    venue = venues[venue_name]
    market_name = market_name or venue.default_market
    if market_name not in venue.markets:
        raise UnknownNameError("E_VENUE", "market", market_name, venue.markets, where=venue.title)
    market = venue.markets[market_name]
    where = f"{venue_name}:{market_name}"
    chosen = _tier(market, where, named_tier, (tier or "").strip().casefold())
    return VenuePreset(
        name=f"{where}@{chosen}",
        title=venue.title,
        as_of=market.as_of,
        source=tuple(market.source),
        rules=_rules(market, market.tiers[chosen]),
        instrument={
            "venue": venue_name,
            "asset_class": market.asset_class,
            "currency": market.currency,
            "calendar": market.calendar,
            **_steps(market, where, symbol),
        },
        tiers=tuple(market.tiers),
        symbols=tuple(market.symbols),
        leverage_cap=market.leverage_cap,
        funding_hours=market.funding_hours,
        borrow_hours=market.borrow_hours,
        not_modelled=tuple(market.not_modelled),
    )


def venue_presets() -> list[VenuePreset]:
    """Return a preset for every market of every venue, for a new account and without a symbol."""
    return [venue_preset(f"{name}:{market}") for name, venue in _venues().items() for market in venue.markets]


def _tier(market: _Market, where: str, named: str, given: str) -> str:
    if named and given and named != given:
        raise InputError(
            "E_VENUE",
            f"two tiers are given for {where}: '{named}' in the name, and '{given}'.",
            fix="Give one of them.",
            details={"name": where, "value": [named, given]},
        )
    chosen = named or given or market.default_tier
    if chosen not in market.tiers:
        raise UnknownNameError("E_VENUE", "tier", chosen, market.tiers, where=where)
    return chosen


def _rules(market: _Market, tier: _Tier) -> dict[str, float]:
    rules = {
        "fee": tier.taker,
        "maker_fee": tier.maker,
        "fee_per_unit": tier.fee_per_unit,
        "fee_minimum": tier.fee_minimum,
    }
    if market.maintenance_margin is not None:
        rules["maintenance_margin"] = market.maintenance_margin
    return rules


def _steps(market: _Market, where: str, symbol: str | None) -> dict[str, float]:
    if market.every_symbol is not None:
        return market.every_symbol.model_dump()
    if symbol is None:
        return {}
    pair = symbol.strip().upper().partition(":")[0]
    if pair not in market.symbols:
        raise UnknownNameError("E_VENUE", "symbol", symbol, market.symbols, where=where)
    return market.symbols[pair].model_dump()


@cache
def _venues() -> dict[str, _Venue]:
    return {path.stem: _read(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(text: str) -> _Venue:
    return _Venue.model_validate(tomllib.loads(text))
