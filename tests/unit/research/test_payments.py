"""Payments in every form that people have them, and what cannot be one."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest

from tradewright.core.errors import TradewrightError
from tradewright.research.around.payments import Payments, payments_of

JANUARY, FEBRUARY = (
    np.datetime64(text, "ns").astype(np.int64) for text in ("2024-01-01T08:00", "2024-02-01")
)
FORMS = {
    "pairs": [("2024-02-01", 0.02), ("2024-01-01T08:00Z", 0.01)],
    "zoned text": [("2024-01-01T03:00-05:00", 0.01), ("2024-02-01", 0.02)],
    "mapping": {datetime(2024, 1, 1, 8, tzinfo=UTC): 0.01, date(2024, 2, 1): 0.02},
    "epochs": [(1_704_096_000, 0.01), (1_706_745_600_000, 0.02)],
    "numpy": [(np.datetime64("2024-01-01T08:00", "ns"), 0.01), (np.datetime64("2024-02-01"), 0.02)],
    "pandas": pd.DataFrame(
        {"time": pd.to_datetime(["2024-01-01 08:00", "2024-02-01 00:00"]), "value": [0.01, 0.02]}
    ),
    "series": pd.Series(
        [0.01, 0.02], index=pd.to_datetime(["2024-01-01 08:00", "2024-02-01 00:00"], utc=True)
    ),
    "polars": pl.DataFrame({"time": [datetime(2024, 1, 1, 8), datetime(2024, 2, 1)], "value": [0.01, 0.02]}),  # noqa: DTZ001
    "array": np.array([[1_704_096_000, 0.01], [1_706_745_600, 0.02]], dtype=object),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same(form: str) -> None:
    found = payments_of("funding", FORMS[form])
    assert found is not None
    assert found.time.tolist() == [JANUARY, FEBRUARY]
    assert found.value.tolist() == [0.01, 0.02]
    expected = payments_of("funding", FORMS["pairs"])
    assert isinstance(expected, Payments)
    assert found.checksum == expected.checksum


def test_rows_are_what_was_given() -> None:
    given = payments_of("funding", FORMS["pairs"])
    assert given is not None
    assert given.rows() == [["2024-01-01T08:00:00Z", 0.01], ["2024-02-01T00:00:00Z", 0.02]]
    again = payments_of("funding", given.rows())
    assert again is not None
    assert again.checksum == given.checksum
    assert payments_of("funding", given) is given
    assert payments_of("splits", None) is None


@pytest.mark.parametrize(
    ("kind", "rows", "row", "words"),
    [
        ("funding", [("2024-01-01", 0.01), ("2024-01-02", 1.5)], 2, "more than 100 %"),
        ("funding", [("2024-01-01", float("nan"))], 1, "no number"),
        ("funding", [("2024-01-01", "a")], 1, "no number"),
        ("funding", [("2024-01-01", 0.1), ("2024-01-01", 0.1)], 2, "once more"),
        ("dividends", [("2024-01-01", -1)], 1, "below 0"),
        ("splits", [("2024-01-01", 0)], 1, "not above 0"),
        ("splits", [("2024-01-01", 10_000), ("2024-01-02", 1e308)], 2, "beyond any"),
        ("splits", [("2024-01-01", 1e-4), ("2024-01-02", 0.99e-4)], 2, "beyond any"),
        ("splits", [("2024-01-01", 2), ("soon", 2)], 2, "cannot be read"),
        ("splits", [(None, 2)], 1, "cannot be read"),
        ("splits", [(np.datetime64("NaT"), 2)], 1, "cannot be read"),
        ("splits", ["2024-01-01"], 1, "not a time with a value"),
    ],
)
def test_what_cannot_be_is_refused_by_its_row(kind, rows, row: int, words: str) -> None:
    with pytest.raises(TradewrightError, match=words) as refused:
        payments_of(kind, rows)
    assert refused.value.code == "E_EVENT"
    assert refused.value.details["row"] == row
    assert refused.value.fix


def test_two_dividends_of_a_day_are_two() -> None:
    found = payments_of("dividends", [("2024-01-01", 1), ("2024-01-01", 2)])
    assert found is not None
    assert found.value.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("given", "words"), [(7, "is a int"), ("2024", "is a str"), (pl.DataFrame({"time": []}), "value")]
)
def test_another_form_is_refused(given: object, words: str) -> None:
    with pytest.raises(TradewrightError, match=words) as refused:
        payments_of("splits", given)
    assert refused.value.code == "E_EVENT"
