"""At which bars a session ends, by the schedule alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.core.errors import DataError
from tradewright.core.sessions import Sessions


def ns(*moments: int) -> np.ndarray:
    return np.array(moments, np.int64)


# Three sessions: 10 to 20, 30 to 40, 50 to 55 (an early close).
THREE = Sessions(ns(10, 30, 50), ns(20, 40, 55))


@pytest.mark.parametrize(
    ("time", "close", "reached", "missed"),
    [
        ([10, 15], [15, 20], [False, True], []),  # exactly at the end
        ([12, 18], [18, 24], [False, True], []),  # beyond the end
        ([5], [22], [True], []),  # opens before the session, and holds all of it
        ([10, 20], [15, 25], [False, False], [20]),  # the last bar of the session is absent
        ([10, 15, 30, 35, 50], [15, 20, 35, 40, 55], [False, True, False, True, True], []),
        ([15, 50], [20, 55], [True, True], [40]),  # a whole session without bars
        ([15, 30], [20, 35], [True, False], []),  # the second is not over yet
        ([20, 25], [25, 30], [False, False], []),  # between sessions
        ([51, 55, 60], [54, 60, 65], [False, False, False], [55]),  # one that opens at the end is after it
        ([60, 65], [65, 70], [False, False], []),  # after all that is scheduled
        ([], [], [], []),
    ],
)
def test_session_ends_at_the_bar_that_reaches_it(
    time: list[int], close: list[int], reached: list[bool], missed: list[int]
) -> None:
    ends = THREE.ends(ns(*time), ns(*close))
    assert ends.reached.tolist() == reached
    assert ends.missed.tolist() == missed


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(1, 7))
def test_every_end_in_the_range_is_reached_or_missed(present: list[bool], span: int) -> None:
    day = 12
    opens = np.arange(0, 40 * day, day)
    sessions = Sessions(opens, opens + day)
    time = np.flatnonzero(np.resize(present, 30 * day // span)) * span
    if not time.size:
        return
    close = time + span
    ends = sessions.ends(time, close)
    due = [end for end in sessions.close.tolist() if time[0] < end <= close[-1]]
    # The plain way: an end is reached by a bar that opens before it and closes at or after it.
    plain = [end for end in due if any(a < end <= b for a, b in zip(time, close, strict=True))]
    assert ends.missed.tolist() == sorted(set(due) - set(plain))
    assert int(ends.reached.sum()) == len(plain)


def test_bar_that_is_flagged_does_not_depend_on_later_bars() -> None:
    time, close = ns(10, 15, 30, 36, 50), ns(15, 21, 35, 41, 56)
    whole = THREE.ends(time, close).reached
    for stop in range(len(time)):
        assert THREE.ends(time[:stop], close[:stop]).reached.tolist() == whole[:stop].tolist()


@pytest.mark.parametrize(
    ("opens", "closes"),
    [(ns(10, 30), ns(20)), (ns(10), ns(10)), (ns(10, 15), ns(20, 30)), (ns(30, 10), ns(40, 20))],
)
def test_sessions_out_of_order_are_refused(opens: np.ndarray, closes: np.ndarray) -> None:
    with pytest.raises(DataError) as caught:
        Sessions(opens, closes)
    assert caught.value.code == "E_SESSIONS"


def test_sessions_without_any_flag_nothing() -> None:
    ends = Sessions(ns(), ns()).ends(ns(1), ns(2))
    assert (ends.reached.tolist(), ends.missed.tolist()) == ([False], [])
