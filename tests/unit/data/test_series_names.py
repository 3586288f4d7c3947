"""Which stored series a short name means."""

import pytest

from tradewright.core.errors import InputError, UnknownNameError
from tradewright.data.series_key import SeriesKey
from tradewright.data.series_names import find, short_names

PERPETUAL = SeriesKey("BTC/USDT:USDT", "1h", "binance")
SPOT = SeriesKey("BTC/USDT", "1h", "binance")
ELSEWHERE = SeriesKey("BTC/USDT", "1h", "kraken")
DAILY, HOURLY = SeriesKey("AAPL", "1d"), SeriesKey("AAPL", "1h")
MINUTE, MONTH = SeriesKey("EURUSD", "1m"), SeriesKey("EURUSD", "1M")
MINE = SeriesKey("AAPL", "1d", "local", "ann")
KEYS = [PERPETUAL, SPOT, ELSEWHERE, DAILY, HOURLY, MINUTE, MONTH, MINE]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("BTC/USDT:USDT", PERPETUAL),
        ("btc/usdt:usdt:1h", PERPETUAL),
        ("binance/BTC/USDT:USDT/1h", PERPETUAL),
        ("binance/BTC/USDT", SPOT),
        ("store:kraken/BTC/USDT:1h", ELSEWHERE),
        ("AAPL:1d", DAILY),
        ("local/AAPL/1h", HOURLY),
        ("aapl:1D", DAILY),
        ("EURUSD:1m", MINUTE),
        ("eurusd:1m", MINUTE),
        ("EURUSD:1M", MONTH),
        ("ann@local/AAPL", MINE),
        ("ann@local/AAPL/1d", MINE),
    ],
)
def test_name_that_one_series_has_finds_it(name: str, key: SeriesKey) -> None:
    assert find(name, KEYS) == key


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("AAPL", ["AAPL:1d", "AAPL:1h"]),
        ("BTC/USDT:1h", ["binance/BTC/USDT:1h", "kraken/BTC/USDT:1h"]),
        ("eurusd", ["EURUSD:1M", "EURUSD:1m"]),
    ],
)
def test_name_that_several_series_have_names_them(name: str, choices: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        find(name, KEYS)
    assert caught.value.code == "E_SERIES"
    assert caught.value.details["choices"] == choices
    assert all(f"store:{choice}" in caught.value.fix for choice in choices)


def test_bar_length_chooses_between_series_of_one_symbol() -> None:
    assert find("AAPL", KEYS, "1h") == HOURLY
    assert find("EURUSD:1m", KEYS, "1M") == MINUTE
    with pytest.raises(InputError, match="may mean 2"):
        find("AAPL", KEYS, "4h")


def test_name_of_no_series_is_told_with_the_nearest_and_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match="'APL:1d'") as caught:
        find("store:APL:1d", KEYS)
    assert caught.value.fix.startswith("Did you mean 'store:AAPL:1d'")
    assert "store:binance/BTC/USDT:1h" in caught.value.fix
    with pytest.raises(UnknownNameError, match="'X'") as caught:
        find("X", [])
    assert "tradewright import" in caught.value.fix


def test_short_names_mean_their_series_and_no_other() -> None:
    names = short_names(KEYS)
    assert names[PERPETUAL] == "BTC/USDT:USDT:1h"
    assert names[ELSEWHERE] == "kraken/BTC/USDT:1h"
    assert names[DAILY] == "AAPL:1d"
    assert names[MINE] == "ann@local/AAPL:1d"
    assert {find(name, KEYS) for name in names.values()} == set(KEYS)
    assert all(find(name, KEYS) == key for key, name in names.items())


def test_short_name_never_means_a_series_whose_symbol_looks_like_it() -> None:
    keys = [
        SeriesKey("A", "1d"),
        SeriesKey("A:1d", "1h"),
        SeriesKey("b/C", "1d", "a"),
        SeriesKey("C", "1d", "a"),
    ]
    for key, name in short_names(keys).items():
        assert find(name, keys) == key
