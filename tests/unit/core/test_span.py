"""Spans of time, counted back from a moment."""

import numpy as np
import pytest

from tradewright.core.span import Span


def found(text: str) -> Span:
    span = Span.parse(text)
    assert span is not None
    return span


@pytest.mark.parametrize(
    ("text", "end", "start"),
    [
        ("90d", "2024-05-01T12:00", "2024-02-01T12:00"),
        ("2mo", "2024-05-31T12:00", "2024-03-31T12:00"),
        ("2 months", "2024-04-30T12:00", "2024-02-29T12:00"),
        ("1M", "2024-03-31T00:00", "2024-02-29T00:00"),
        ("1y", "2024-02-29T23:00", "2023-02-28T23:00"),
        ("3w", "2024-01-22T00:00", "2024-01-01T00:00"),
        ("1mo", "2023-03-31T15:00", "2023-02-28T15:00"),
        ("6h", "2024-01-01T03:00", "2023-12-31T21:00"),
    ],
)
def test_span_counts_back_by_the_calendar(text: str, end: str, start: str) -> None:
    ns = {at: int(np.datetime64(at, "ns").astype(np.int64)) for at in (end, start)}

    assert found(text).start_ns(ns[end]) == ns[start]


@pytest.mark.parametrize("text", ["", "2", "mo", "2m", "2 moons", "0d", "-1d", "1d x", "1.5y", "123456d"])
def test_span_that_is_none_is_none(text: str) -> None:
    assert Span.parse(text) is None


@pytest.mark.parametrize("text", ["99999y", "99999mo", "99999w", "400y"])
def test_span_beyond_all_dates_reaches_the_first_nanosecond(text: str) -> None:
    end = int(np.datetime64("2024-05-01", "ns").astype(np.int64))

    assert found(text).start_ns(end) == -(2**63) + 1
