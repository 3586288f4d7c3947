"""Series keys: read, written, refused, and the folders that stand for them."""

from pathlib import PurePosixPath

import pytest

from tradewright.core.errors import InputError
from tradewright.data.series_key import SeriesKey


@pytest.mark.parametrize(
    ("key", "folder"),
    [
        (
            SeriesKey("BTC/USDT:USDT", "1h", "binance"),
            "owner=shared/venue=binance/symbol=BTC%2FUSDT%3AUSDT/timeframe=1h",
        ),
        (SeriesKey("NOKIA.HE", "1M"), "owner=shared/venue=local/symbol=NOKIA.HE/timeframe=1%4D"),
        (SeriesKey("..", "1d"), "owner=shared/venue=local/symbol=%2E%2E/timeframe=1d"),
        (SeriesKey("BRK.", "1d"), "owner=shared/venue=local/symbol=BRK%2E/timeframe=1d"),
        (SeriesKey("aApl", "1d", "X"), "owner=shared/venue=%58/symbol=%61A%70%6C/timeframe=1d"),
        (SeriesKey("Ä €", "1d"), "owner=shared/venue=local/symbol=%C3%84%20%E2%82%AC/timeframe=1d"),
        (SeriesKey("CON", "1d", owner="shared"), "owner=%73hared/venue=local/symbol=CON/timeframe=1d"),
        (SeriesKey("A=B%2F", "1d", owner="ann"), "owner=ann/venue=local/symbol=A%3DB%252F/timeframe=1d"),
    ],
)
def test_folder_of_a_key_is_safe_and_read_back(key: SeriesKey, folder: str) -> None:
    assert str(key.folder()) == folder
    assert SeriesKey.from_folder(PurePosixPath("/some/root") / folder) == key


@pytest.mark.parametrize(
    "folder",
    [
        "owner=shared/venue=local/symbol=AAPL",
        "owner=shared/venue=local/symbol=AAPL/timeframe=1x",
        "owner=shared/venue=local/symbol=aapl/timeframe=1d",
        "owner=shared/venue=local/symbol=%FF/timeframe=1d",
        "owner=shared/venue=local/symbol=%41/timeframe=1d",
        "owner=shared/venue=local/symbol=Ä/timeframe=1d",
        "owner=/venue=local/symbol=AAPL/timeframe=1d",
        "venue=local/owner=shared/symbol=AAPL/timeframe=1d",
    ],
)
def test_folder_that_no_key_has_is_passed_over(folder: str) -> None:
    assert SeriesKey.from_folder(PurePosixPath(folder)) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("binance/BTC/USDT:USDT/1h", SeriesKey("BTC/USDT:USDT", "1h", "binance")),
        ("local/AAPL/daily", SeriesKey("AAPL", "1d")),
        ("ann@local/A@B/1d", SeriesKey("A@B", "1d", owner="ann")),
    ],
)
def test_parse_of_a_name_gives_its_key(text: str, key: SeriesKey) -> None:
    assert SeriesKey.parse(text) == key
    assert SeriesKey.parse(str(key)) == key


@pytest.mark.parametrize(
    "text", ["", "AAPL", "local/AAPL", "local//1d", "/AAPL/1d", "@local/AAPL/1d", "a@b@c/AAPL/1d"]
)
def test_parse_of_half_a_name_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        SeriesKey.parse(text)
    assert caught.value.code == "E_SERIES"


@pytest.mark.parametrize(
    ("part", "value", "problem"),
    [
        ("symbol", "", "is empty"),
        ("venue", "", "is empty"),
        ("venue", "a/b", "holds"),
        ("owner", "a@b", "holds"),
        ("symbol", "x" * 70, "too long"),
        ("symbol", "\ud800", "no text"),
    ],
)
def test_key_with_an_impossible_part_is_refused(part: str, value: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        SeriesKey(**{"symbol": "AAPL", "timeframe": "1d", part: value})
    assert caught.value.code == "E_SERIES"
    assert caught.value.details["part"] == part


def test_key_of_a_wrong_timeframe_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        SeriesKey("AAPL", "1x")
    assert caught.value.code == "E_TIMEFRAME"
