"""What a preview shows of a file, whole or wrong."""

import gzip
import json

import pytest

from tests.unit.data.importers.accepted import klines, metatrader, parquet, stooq
from tests.unit.data.importers.kinds import HEAD, ROWS, TEXT, csv
from tradewright.data.importers.options import ImportOptions
from tradewright.data.importers.preview import preview


def test_preview_of_a_sound_file_shows_all_that_was_understood() -> None:
    raw = gzip.compress(b"\xef\xbb\xbf" + csv(*ROWS, head=HEAD.replace("volume", "Vol.")))
    shown = preview("AAPL_1d.csv.gz", raw, ImportOptions(timezone="UTC"))
    assert shown.accepted
    assert (shown.encoding, shown.compression) == ("UTF-8 with byte order mark", "gzip")
    assert (shown.layout, shown.delimiter, shown.header) == ("generic", "comma", True)
    assert (shown.time_format, shown.timezone) == ("ISO 8601", "UTC")
    assert shown.columns[0] == ("timestamp", "timestamp")
    assert shown.columns[-1] == ("Vol.", "volume")
    assert (shown.symbol, shown.timeframe, shown.symbols) == ("AAPL", "1d", (("AAPL", 3),))
    assert (shown.rows_read, shown.rows_kept, shown.rows_dropped) == (3, 3, 0)
    assert (shown.first_time, shown.last_time) == ("2024-01-01T00:00:00Z", "2024-01-03T00:00:00Z")
    assert shown.first_rows == shown.last_rows
    assert shown.first_rows[0] == {
        "time": "2024-01-01T00:00:00Z",
        "open": 10.0,
        "high": 12.5,
        "low": 9.0,
        "close": 11.0,
        "volume": 100.0,
    }
    assert (shown.notes, shown.gap_count, shown.gaps) == ((), 0, ())


def test_preview_names_ignored_columns_in_its_note() -> None:
    shown = preview("X.csv", csv(*(f"{row},1,2" for row in ROWS), head=HEAD.replace("\n", ",RSI,Plot\n")))
    assert shown.ignored == ("RSI", "Plot")
    note = next(note for note in shown.notes if note.code == "W_COLUMN_IGNORED")
    assert (note.count, note.repaired) == (2, False)
    assert "RSI, Plot" in note.message


@pytest.mark.parametrize(
    ("raw", "layout", "header"),
    [
        (klines(header=False), "exchange klines", False),
        (klines(header=True), "exchange klines", True),
        (metatrader("volume"), "MetaTrader", False),
        (stooq(header=True), "Stooq", True),
        (stooq(header=False), "Stooq", False),
        (parquet(), "Parquet", True),
        (TEXT.replace("timestamp", "").encode(), "data frame with its index", True),
        (csv(head="time,open,high,low,close,Volume\n"), "TradingView", True),
        (csv(head="Date,Open,High,Low,Close,Adj Close,Volume\n"), "Yahoo", True),
    ],
)
def test_preview_names_the_layout(raw: bytes, layout: str, header: bool) -> None:
    shown = preview("X", raw)
    assert (shown.layout, shown.header) == (layout, header)


def test_preview_of_a_wrong_file_keeps_what_was_understood_before() -> None:
    shown = preview("X.csv", TEXT.replace(",", ";").replace("11;13", "11;x").encode())
    assert shown.rejection is not None
    assert shown.rejection["code"] == "E_NUMBER"
    assert shown.rejection["details"]["row"] == 3
    assert (shown.delimiter, shown.rows_read, shown.rows_kept, shown.first_rows) == ("semicolon", 3, 0, ())


def test_preview_counts_the_rows_of_each_symbol_and_asks_for_one() -> None:
    rows = ["A,2024-01-01,1,1,1,1", "B,2024-01-01,1,1,1,1", "B,2024-01-02,1,1,1,1"]
    raw = csv(*rows, head="Ticker,Date,Open,High,Low,Close\n")
    shown = preview("X.csv", raw)
    assert shown.symbols == (("A", 1), ("B", 2))
    assert shown.rejection is not None
    assert shown.rejection["code"] == "E_SYMBOL"
    chosen = preview("X.csv", raw, ImportOptions(symbol="B"))
    assert (chosen.symbol, chosen.rows_kept, chosen.rows_dropped) == ("B", 2, 1)


def test_preview_shows_the_largest_gaps_in_order() -> None:
    missing = {2, 5, 6, 9, 12, 15, 16, 17, 20, 24, 25, 26}
    hours = [hour for hour in range(30) if hour not in missing]
    rows = [f"2024-01-{1 + hour // 24:02}T{hour % 24:02}:00Z,1,1,1,1,1" for hour in hours]
    shown = preview("X.csv", csv(*rows))
    assert shown.gap_count == 7
    assert [gap.bars for gap in shown.gaps] == [1, 2, 1, 3, 3]
    assert shown.gaps[-1].after == "2024-01-01T23:00:00Z"
    assert shown.gaps[-1].before == "2024-01-02T03:00:00Z"
    assert len(shown.first_rows) == len(shown.last_rows) == 5


def test_preview_becomes_json_whole_or_wrong() -> None:
    for raw in (klines(header=True), b"", TEXT.encode()):
        told = json.loads(json.dumps(preview("X.csv", raw).to_dict(), allow_nan=False))
        assert told["accepted"] is (told["rejection"] is None)
        assert isinstance(told["columns"], dict)


def test_preview_calls_repaired_what_strict_would_refuse_and_nothing_else() -> None:
    silent = TEXT.replace(",100\n", ",0\n").replace(",1000\n", ",0\n").encode()
    absent = csv(*(row.rsplit(",", 1)[0] for row in ROWS), head="timestamp,open,high,low,close\n")
    for raw, repaired in ((silent, False), (absent, True)):
        notes = {note.code: note.repaired for note in preview("X.csv", raw).notes}
        assert notes["W_NO_VOLUME"] is repaired
        assert preview("X.csv", raw, ImportOptions(strict=True)).accepted is not repaired


def test_preview_names_lines_behind_a_gap_and_a_jump() -> None:
    raw = csv("2024-01-01T00:00Z,9,9,9,9,1", "2024-01-01T01:00Z,9,9,9,9,1", "2024-01-01T05:00Z,3,3,3,3,1")
    assert {note.code: note.lines for note in preview("X.csv", raw).notes} == {"W_GAP": (4,), "W_SPLIT": (4,)}
