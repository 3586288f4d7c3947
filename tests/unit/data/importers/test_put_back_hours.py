"""Local times around an hour that a clock put back showed twice, told by moments that are known."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.data.importers.kinds import csv
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.zones import local_ns
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions

# New York's clock showed 01:00 to 01:59 twice: from 05:00 and from 06:00 UTC.
ZONE = "America/New_York"
MINUTE = 60 * 10**9


def moments(first: str, step: int, *left_out: str) -> list[int]:
    """Return every `step` minutes from `first` to 10:00 UTC, but those left out."""
    time = np.arange(f"2024-11-03T{first}", "2024-11-03T10:00", step, dtype="datetime64[m]")
    kept = [moment for moment in time if str(moment)[11:] not in left_out]
    return [int(moment.astype("datetime64[ns]").astype(np.int64)) for moment in kept]


def rows_of(time: Sequence[int]) -> list[str]:
    """Return a row for each moment, on New York's clock; the volume says which moment it is."""
    clock = local_ns(np.array(time, np.int64), ZONE).astype("datetime64[ns]").astype("datetime64[m]")
    return [f"{at},7,7,7,7,{moment // MINUTE % 1_440}" for at, moment in zip(clock, time, strict=True)]


def read(rows: list[str], *, strict: bool = False, timezone: str | None = ZONE) -> Bars:
    return import_bars("X.csv", csv(*rows), ImportOptions(timezone=timezone, strict=strict))


def in_their_places(bars: Bars) -> bool:
    """Say whether every bar lies at the moment that its volume says."""
    return (bars.time // MINUTE % 1_440).tolist() == bars.volume.tolist()


@pytest.mark.parametrize("step", [5, 15, 20, 30, 60])
@pytest.mark.parametrize("backwards", [False, True])
def test_every_bar_is_read_at_its_moment_from_either_end(step: int, backwards: bool) -> None:
    time = moments("03:00", step)
    rows = rows_of(time)
    bars = read(rows[::-1] if backwards else rows)
    assert bars.time.tolist() == time
    assert in_their_places(bars)
    assert bars.notes == {"W_TZ_AMBIGUOUS": 120 // step} | ({"W_DESCENDING": len(time)} if backwards else {})


@pytest.mark.parametrize("backwards", [False, True])
def test_a_bar_missing_of_the_two_hours_moves_no_other(backwards: bool) -> None:
    for missing in ("05:00", "05:30", "06:00", "06:30"):
        time = moments("03:00", 30, missing)
        rows = rows_of(time)
        bars = read(rows[::-1] if backwards else rows)
        assert bars.time.tolist() == time
        assert in_their_places(bars)
        assert "W_TZ_ONCE" not in bars.notes


def test_file_that_begins_in_the_second_hour_is_read_there() -> None:
    bars = read(rows_of(moments("06:00", 15)), strict=True)
    assert in_their_places(bars)
    assert bars.notes == {"W_TZ_AMBIGUOUS": 4}


def test_file_that_ends_in_the_first_hour_is_read_there() -> None:
    bars = read(rows_of([moment for moment in moments("03:00", 15) if moment < moments("06:00", 15)[0]]))
    assert in_their_places(bars)
    assert bars.notes == {"W_TZ_AMBIGUOUS": 4}


@pytest.mark.parametrize("missing", [("05:00", "05:30"), ("06:00", "06:30"), ("05:30", "06:00")])
def test_hour_of_which_one_is_missing_is_said_to_be_read_as_the_first(missing: tuple[str, ...]) -> None:
    rows = rows_of(moments("03:00", 30, *missing))
    bars = read(rows)
    assert bars.notes == {"W_TZ_ONCE": 2, "W_GAP": 1}
    assert [str(at)[11:16] for at in bars.time.view("datetime64[ns]")[4:6]] == ["05:00", "05:30"]
    with pytest.raises(DataError) as caught:
        read(rows, strict=True)
    assert caught.value.details["repair"] == "W_TZ_ONCE"
    assert caught.value.details["row"] == 6


@pytest.mark.parametrize("backwards", [False, True])
@given(left_out=st.sets(st.integers(0, 11)), step=st.sampled_from([10, 15, 20, 30, 60]))
def test_bars_of_the_two_hours_are_in_their_places_or_said_to_be_unsure(
    backwards: bool, left_out: set[int], step: int
) -> None:
    two_hours = moments("05:00", step)[: 120 // step]
    missing = [moment for place, moment in enumerate(two_hours) if place in left_out]
    kept = [moment for moment in moments("03:00", step) if moment not in missing]
    bars = read(rows_of(kept)[::-1] if backwards else rows_of(kept))
    assert len(bars) == len(kept)
    assert in_their_places(bars) or bars.notes["W_TZ_ONCE"] > 0


def test_bars_missing_inside_of_one_hour_leave_it_unsure() -> None:
    bars = read(rows_of(moments("05:00", 15, "05:15", "05:30", "05:45", "06:00", "06:15", "06:30")))
    assert bars.notes["W_TZ_ONCE"] == 2


@pytest.mark.parametrize("step", [30, 60])
def test_row_written_twice_in_an_hour_that_came_once_makes_no_bar(step: int) -> None:
    rows = rows_of(moments("03:00", step, "06:00", "06:30"))
    place = next(place for place, row in enumerate(rows) if row.startswith("2024-11-03T01:00"))
    bars = read([*rows[: place + 1], *rows[place:]])
    assert len(bars) == len(rows)
    assert in_their_places(bars)
    assert bars.notes["W_DUPLICATE"] == 1


def test_rows_written_again_after_their_hour_make_no_bars() -> None:
    rows = rows_of(moments("03:00", 30, "06:00", "06:30"))
    bars = read([*rows[:6], *rows[4:]])
    assert len(bars) == len(rows)
    assert in_their_places(bars)
    assert bars.notes["W_DUPLICATE"] == 2


def test_two_hours_of_bars_all_alike_are_two_hours() -> None:
    flat = [f"{row.split(',')[0]},7,7,7,7,0" for row in rows_of(moments("03:00", 15))]
    bars = import_bars("X.csv", csv(*flat), ImportOptions(timezone=ZONE))
    assert bars.time.tolist() == moments("03:00", 15)


def test_clock_that_goes_back_twice_is_rejected_by_its_row() -> None:
    rows = rows_of(moments("03:00", 30))
    with pytest.raises(DataError, match="more than twice") as caught:
        read([*rows[:8], "2024-11-03T01:00,7,7,7,7,1", *rows[8:]])
    assert caught.value.code == "E_TZ"
    assert caught.value.details["row"] == 10
    assert caught.value.details["value"] == "2024-11-03T01:00"


@pytest.mark.parametrize(
    ("timezone", "fix"), [(None, "say timezone="), (ZONE, "in the order of time"), ("UTC", "Keep the row")]
)
def test_two_rows_of_one_clock_time_are_refused_with_what_helps(timezone: str | None, fix: str) -> None:
    rows = rows_of(moments("03:00", 60))
    with pytest.raises(DataError) as caught:
        read([rows[3], *rows[:2], *rows[4:], rows[2]], timezone=timezone)
    assert caught.value.code == "E_TS_CONFLICT"
    assert fix in caught.value.fix


def test_days_that_begin_with_a_repeated_hour_begin_with_the_first() -> None:
    days = np.arange("2024-10-20", "2024-11-20", dtype="datetime64[D]")
    bars = import_bars(
        "X.csv", csv(*(f"{day},1,1,1,1,1" for day in days)), ImportOptions(timezone="America/Havana")
    )
    assert bars.notes == {"W_TZ_AMBIGUOUS": 1}
    assert str(bars.time.view("datetime64[ns]")[14])[:16] == "2024-11-03T04:00"
