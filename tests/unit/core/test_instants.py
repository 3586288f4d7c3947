"""One moment from text or number."""

import numpy as np
import pytest

from tradewright.core.errors import InputError
from tradewright.core.instants import epoch_unit_ns, parse_instant


@pytest.mark.parametrize(
    ("text", "utc", "naive", "date_only"),
    [
        ("2024-03-31", "2024-03-31T00:00", True, True),
        (" 20240331 ", "2024-03-31T00:00", True, True),
        ("2024-03-31T16:00", "2024-03-31T16:00", True, False),
        ("2024-03-31 16:00:00.250", "2024-03-31T16:00:00.250", True, False),
        ("2024-03-31T16:00Z", "2024-03-31T16:00", False, False),
        ("2024-03-31T16:00+02:00", "2024-03-31T14:00", False, False),
        ("1960-01-01", "1960-01-01T00:00", True, True),
    ],
)
def test_moment_is_read_as_utc(text: str, utc: str, naive: bool, date_only: bool) -> None:
    read = parse_instant(text)
    assert np.datetime64(read.ns, "ns") == np.datetime64(utc, "ns")
    assert (read.naive, read.date_only) == (naive, date_only)


def test_moment_without_a_zone_stands_in_the_one_given() -> None:
    read = parse_instant("2024-07-01T12:00", "Europe/Helsinki")
    assert np.datetime64(read.ns, "ns") == np.datetime64("2024-07-01T09:00")
    assert parse_instant("2024-07-01T12:00Z", "Europe/Helsinki").ns == parse_instant("2024-07-01T12:00").ns


@pytest.mark.parametrize(
    "text", ["", "soon", "2024", "31.3.2024", "2024-02-30", "2024-01-01T25:00", "1500-01-01", "2300-01-01"]
)
def test_text_that_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_instant(text)
    assert caught.value.code == "E_DATE"


@pytest.mark.parametrize("moment", ["1970-05-01", "1971-01-01", "2001-09-09", "2024-01-01", "2200-01-01"])
@pytest.mark.parametrize("unit", [10**9, 10**6, 10**3, 1])
def test_unit_of_an_epoch_is_told_by_its_size(moment: str, unit: int) -> None:
    count = int(np.datetime64(moment, "ns").astype(np.int64)) // unit
    assert epoch_unit_ns(count) == unit
    assert epoch_unit_ns(-count) == unit
