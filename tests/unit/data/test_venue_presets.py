"""Venue presets: the data is sound, names find it, and what is misspelt names the nearest."""

import pickle
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from tradewright.core.calendar import Calendar
from tradewright.core.errors import InputError, UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.data import venue_presets as module
from tradewright.data.venue_presets import VenuePreset, venue_preset, venue_presets

FILES = sorted(Path(module.__file__).with_name("venues").iterdir())
SOUND = """
title = "Example"
default_market = "spot"
[markets.spot]
as_of = 2025-01-31
source = ["https://example.com/fees"]
asset_class = "crypto"
currency = "USDT"
calendar = "24/7"
default_tier = "regular"
leverage_cap = 10.0
maintenance_margin = 0.05
[markets.spot.tiers]
regular = { maker = 0.001, taker = 0.002 }
[markets.spot.symbols]
"BTC/USDT" = { tick = 0.1, lot = 0.001, minimum_notional = 5.0 }
"""


def every_preset() -> list[VenuePreset]:
    return [venue_preset(market(preset), tier) for preset in venue_presets() for tier in preset.tiers]


def market(preset: VenuePreset) -> str:
    """Return the name without a tier: ``binance:spot``."""
    return preset.name.partition("@")[0]


def with_name(preset: VenuePreset) -> str:
    return preset.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_of_a_venue_is_sound(path: Path) -> None:
    assert path.suffix == ".toml"
    module._read(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("preset", venue_presets(), ids=with_name)
def test_dates_are_not_of_the_future(preset: VenuePreset) -> None:
    # A day to spare: dates are those of the venue's zone.
    assert date(2024, 1, 1) < preset.as_of <= date.today() + timedelta(days=1)  # noqa: DTZ011


@pytest.mark.parametrize("preset", venue_presets(), ids=with_name)
def test_instrument_can_be_made_of_every_preset(preset: VenuePreset) -> None:
    for symbol in preset.symbols or ("AAPL",):
        full = venue_preset(preset.name, symbol=symbol)
        made = Instrument(symbol, **full.instrument)
        assert made.tick > 0
        assert made.lot > 0
        assert made.calendar == Calendar(preset.instrument["calendar"])


def test_higher_tier_never_pays_more() -> None:
    for preset in venue_presets():
        tiers = [venue_preset(market(preset), tier).rules for tier in preset.tiers]
        for name in ("fee", "maker_fee", "fee_per_unit", "fee_minimum"):
            paid = [tier[name] for tier in tiers]
            assert paid == sorted(paid, reverse=True), (preset.name, name)


# As the venues publish them; percent, or currency.
@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("binance", {"fee": 0.1, "maker_fee": 0.1}),
        ("binance:usdm", {"fee": 0.05, "maker_fee": 0.02}),
        ("bybit:spot", {"fee": 0.1, "maker_fee": 0.1}),
        ("bybit:linear", {"fee": 0.055, "maker_fee": 0.02}),
        ("okx:spot", {"fee": 0.1, "maker_fee": 0.08}),
        ("okx:swap", {"fee": 0.05, "maker_fee": 0.02}),
        ("mexc:spot", {"fee": 0.05, "maker_fee": 0.0}),
        ("mexc:swap", {"fee": 0.04, "maker_fee": 0.01}),
        ("alpaca", {"fee": 0.0, "maker_fee": 0.0}),
    ],
)
def test_new_account_pays_what_the_venue_publishes(name: str, rules: dict[str, float]) -> None:
    found = venue_preset(name).rules
    assert {key: found[key] * 100 for key in rules} == pytest.approx(rules)
    assert (found["fee_per_unit"], found["fee_minimum"]) == (0.0, 0.0)


# Examples of Interactive Brokers' own page: shares and commission.
@pytest.mark.parametrize(("shares", "commission"), [(100, 1.00), (1_000, 5.00)])
def test_commission_per_share_is_that_of_the_brokers_examples(shares: int, commission: float) -> None:
    rules = venue_preset("ibkr").rules
    assert max(shares * rules["fee_per_unit"], rules["fee_minimum"]) == pytest.approx(commission)


@pytest.mark.parametrize(
    ("asked", "full"),
    [
        (("binance",), "binance:spot@regular"),
        ((" Binance:USDM ",), "binance:usdm@regular"),
        (("binance:spot@VIP1",), "binance:spot@vip1"),
        (("binance@vip2",), "binance:spot@vip2"),
        (("bybit:linear", "vip3"), "bybit:linear@vip3"),
        (("bybit:linear@vip3", "VIP3"), "bybit:linear@vip3"),
    ],
)
def test_name_finds_its_preset(asked: tuple[str, ...], full: str) -> None:
    assert venue_preset(*asked).name == full


@pytest.mark.parametrize("symbol", ["BTC/USDT", "btc/usdt", "BTC/USDT:USDT"])
def test_symbol_brings_its_steps(symbol: str) -> None:
    steps = venue_preset("bybit:linear", symbol=symbol).instrument
    assert (steps["tick"], steps["lot"], steps["minimum_notional"]) == (0.1, 0.001, 5.0)


def test_steps_are_not_guessed_without_a_symbol() -> None:
    assert not {"tick", "lot", "minimum_notional"} & set(venue_preset("okx").instrument)


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ({"name": "binanse"}, "binance"),
        ({"name": "bybit:liner"}, "linear"),
        ({"name": "binance:spot@vip11"}, "vip1"),
        ({"name": "binance", "tier": "regulr"}, "regular"),
        ({"name": "binance", "symbol": "BTC/USD"}, "BTC/USDT"),
    ],
)
def test_name_that_is_not_known_names_the_nearest(asked: dict[str, str], nearest: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        venue_preset(**asked)
    assert caught.value.code == "E_VENUE"
    assert nearest in caught.value.details["nearest"]


def test_two_tiers_at_once_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        venue_preset("binance@vip1", "vip2")
    assert caught.value.code == "E_VENUE"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "Example"', 'title = "Example"\nlogo = "x"'),  # keys nobody knows
        ("taker = 0.002", "taker = 0.002, rebate = 0.1"),
        ("tick = 0.1", "tick = 0.1, size = 1.0"),
        ("taker = 0.002", "taker = 0.2"),  # percent for a fraction
        ("maker = 0.001", "maker = -0.001"),
        ("taker = 0.002", 'taker = "0.002"'),
        ("tick = 0.1", "tick = 0.0"),
        ("lot = 0.001", "lot = nan"),
        ("as_of = 2025-01-31", 'as_of = "January"'),
        ("https://example.com/fees", "the fee page"),
        ('calendar = "24/7"', 'calendar = "24/6"'),
        ('default_tier = "regular"', 'default_tier = "vip"'),
        ('default_market = "spot"', 'default_market = "swap"'),
        ("maintenance_margin = 0.05", "maintenance_margin = 0.2"),  # liquidated at the cap
        (
            "[markets.spot.symbols]",
            "[markets.spot.every_symbol]\ntick = 0.1\nlot = 1.0\n[markets.spot.symbols]",
        ),
        ("regular = {", '"VIP 1" = {'),
    ],
)
def test_unsound_file_is_refused(old: str, new: str) -> None:
    module._read(SOUND)
    assert old in SOUND
    with pytest.raises((ValidationError, UnknownNameError)):
        module._read(SOUND.replace(old, new))


def test_preset_travels_between_processes() -> None:
    for preset in every_preset():
        assert pickle.loads(pickle.dumps(preset)) == preset  # noqa: S301 - written one line before
