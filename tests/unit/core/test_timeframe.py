"""Bar lengths as users write them."""

import pytest

from tradewright.core.errors import InputError
from tradewright.core.timeframe import COMMON, NS_PER_DAY, Timeframe

MINUTE = 60_000_000_000


@pytest.mark.parametrize("text", COMMON)
def test_common_timeframe_is_read_and_written_alike(text: str) -> None:
    assert str(Timeframe.parse(text)) == text
    assert Timeframe.from_ns(Timeframe.parse(text).ns) == Timeframe.parse(text)


@pytest.mark.parametrize(
    ("text", "ns"), [("90s", 90 * 10**9), ("5m", 5 * MINUTE), ("1h", 60 * MINUTE), ("2w", 14 * NS_PER_DAY)]
)
def test_timeframe_length_in_nanoseconds(text: str, ns: int) -> None:
    assert Timeframe.parse(text).ns == ns


@pytest.mark.parametrize(
    ("text", "plain"), [("daily", "1d"), ("Hour", "1h"), (" weekly ", "1w"), ("Monthly", "1M")]
)
def test_timeframe_in_words_is_read(text: str, plain: str) -> None:
    assert str(Timeframe.parse(text)) == plain


@pytest.mark.parametrize("text", ["", "h", "0m", "1x", "-1d", "1.5h", "1 h", "1d1h", "100000d", "1H"])
def test_timeframe_that_is_none_is_refused_with_choices(text: str) -> None:
    with pytest.raises(InputError, match="1m 3m 5m") as caught:
        Timeframe.parse(text)
    assert caught.value.code == "E_TIMEFRAME"


@pytest.mark.parametrize(
    ("days", "timeframe"),
    [
        (1, "1d"),
        (2, "2d"),
        (7, "1w"),
        (14, "14d"),
        (28, "1M"),
        (30, "1M"),
        (31, "1M"),
        (90, "3M"),
        (92, "3M"),
        (32, "32d"),
    ],
)
def test_timeframe_of_rows_days_apart(days: int, timeframe: str) -> None:
    assert str(Timeframe.from_ns(days * NS_PER_DAY)) == timeframe


@pytest.mark.parametrize("span", [0, -1, 1, 500_000_000, MINUTE + 1])
def test_span_that_is_no_bar_length_is_none(span: int) -> None:
    assert Timeframe.from_ns(span) is None


def test_kinds_of_timeframe() -> None:
    assert [Timeframe.parse(text).is_intraday for text in ("1m", "12h", "1d", "1w", "1M")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [Timeframe.parse(text).is_calendar for text in ("12h", "1d", "1w", "1M")] == [
        False,
        False,
        True,
        True,
    ]
