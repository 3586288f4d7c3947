"""What a rejection names: the earliest row, how many are like it, lines of the file; and files not there."""

from pathlib import Path

import numpy as np
import pytest

from tradewright.core.errors import DataError, InputError, TradewrightError
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions
from tradewright.data.load import load

HEAD = "timestamp,open,high,low,close,volume\n"
DAYS = [f"2024-01-0{day},10,12,9,11,100" for day in range(1, 7)]


def with_row(row: str, place: int = 2) -> bytes:
    """Return six good days with one of them replaced; day 3 stands on line 4."""
    rows = list(DAYS)
    rows[place] = row
    return (HEAD + "\n".join(rows) + "\n").encode()


GOOD = with_row(DAYS[2])
TWO_SYMBOLS = "Ticker,Date,Open,High,Low,Close\nA,2024-01-01,1,1,1,1\nB,2024-01-01,1,1,1,1\n"


def test_earliest_broken_row_is_named_whatever_its_column() -> None:
    raw = with_row("2024-01-05,10,12,9,x,1", place=4).replace(
        b"2024-01-02,10,12,9,11,100", b"2024-01-02,10,12,9,11,y"
    )
    with pytest.raises(DataError) as caught:
        import_bars("prices.csv", raw)
    assert caught.value.details["row"] == 3
    assert caught.value.details["column"] == "volume"


def test_rows_are_lines_of_the_file_over_blank_lines_and_quoted_line_ends() -> None:
    raw = b"\n\ntimestamp,open,high,low,close,note\n\n"
    raw += b'2024-01-01,1,1,1,1,"two\nlines"\n\n2024-01-02,1,1,1,zero,-\n'
    with pytest.raises(DataError) as caught:
        import_bars("prices.csv", raw)
    assert caught.value.details["row"] == 8


def test_how_many_rows_are_broken_alike_is_said() -> None:
    raw = GOOD.replace(b"10,12,9", b"10,12,0")
    with pytest.raises(DataError, match="6 rows are like this"):
        import_bars("prices.csv", raw)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (ImportOptions(symbol="C"), "E_SYMBOL", "no symbol 'C'"),
        (ImportOptions(symbol="AAPLE"), "E_SYMBOL", "Did you mean 'AAPL'"),
    ],
)
def test_symbol_that_the_file_lacks_is_rejected(options: ImportOptions, code: str, says: str) -> None:
    raw = TWO_SYMBOLS.replace("\nA,", "\nAAPL,").encode()
    with pytest.raises(DataError, match=says) as caught:
        import_bars("prices.csv", raw, options)
    assert caught.value.code == code


@pytest.mark.parametrize(("asked", "step"), [("1h", 24 * 60), ("1d", 7 * 24 * 60), ("1h", 24 * 60 + 1)])
def test_timeframe_shorter_than_every_step_is_rejected(asked: str, step: int) -> None:
    start = np.datetime64("2024-01-01T00:00")
    rows = "".join(f"{start + step * row},1,1,1,1,1\n" for row in range(8))
    with pytest.raises(DataError, match=f"none {asked}|no two rows are {asked} apart") as caught:
        import_bars("prices.csv", (HEAD + rows).encode(), ImportOptions(timeframe=Timeframe.parse(asked)))
    assert caught.value.code == "E_INTERVAL"
    assert caught.value.details["timeframe"] == asked


def test_rows_that_do_not_add_up_to_the_timeframe_are_rejected() -> None:
    rows = "".join(
        f"2024-01-01T{minute // 60:02}:{minute % 60:02},1,1,1,1,1\n" for minute in range(0, 600, 45)
    )
    with pytest.raises(DataError, match="less than one 1h bar apart") as caught:
        import_bars("prices.csv", (HEAD + rows).encode(), ImportOptions(timeframe=Timeframe(1, "h")))
    assert caught.value.code == "E_INTERVAL"
    assert caught.value.details["row"] == 3


def test_zone_that_does_not_exist_is_rejected() -> None:
    with pytest.raises(InputError) as caught:
        import_bars("prices.csv", GOOD, ImportOptions(timezone="Mars/Olympus"))
    assert caught.value.code == "E_TZ"


@pytest.mark.parametrize("backwards", [False, True])
def test_hour_that_never_was_is_rejected_by_its_row(backwards: bool) -> None:
    rows = [f"2024-03-31T0{hour}:30,1,1,1,1,1\n" for hour in range(1, 6)]
    raw = HEAD + "".join(rows[::-1] if backwards else rows)
    with pytest.raises(DataError) as caught:
        import_bars("prices.csv", raw.encode(), ImportOptions(timezone="Europe/Helsinki"))
    assert caught.value.code == "E_TZ"
    assert caught.value.details["value"] == "2024-03-31T03:30"
    assert caught.value.details["row"] == 4


# ------------------------------------------------------------------ files


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "AAPL_1d.csv").write_bytes(GOOD)
    with pytest.raises(DataError, match=r"Did you mean '.*AAPL_1d\.csv'") as caught:
        load(tmp_path / "APPL_1d.csv")
    assert caught.value.code == "E_FILE"


def test_missing_folder_and_folder_without_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nor does its folder"):
        load(tmp_path / "nowhere" / "a.csv")
    with pytest.raises(DataError, match="no price file"):
        load(tmp_path / "a.csv")


def test_folder_is_rejected_with_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "MSFT_1h.csv").write_bytes(GOOD)
    with pytest.raises(DataError, match=r"is a folder.*MSFT_1h\.csv"):
        load(str(tmp_path))


@pytest.mark.parametrize("path", ["", "bad\0name.csv", "a" * 5_000])
def test_path_that_cannot_be_is_a_data_error(path: str) -> None:
    with pytest.raises(DataError) as caught:
        load(path)
    assert caught.value.code == "E_FILE"


@pytest.mark.parametrize(
    ("name", "code"), [("sample:", "E_SYMBOL"), ("sample:AAPPL", "E_SYMBOL"), ("sample:../x", "E_SYMBOL")]
)
def test_sample_that_does_not_exist_is_rejected(name: str, code: str) -> None:
    with pytest.raises(TradewrightError) as caught:
        load(name)
    assert caught.value.code == code
