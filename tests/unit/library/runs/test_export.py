"""Exports: every digit in every format, and no text that a spreadsheet would run."""

import csv
import io
import json
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tradewright as tw
from tests.unit.library.runs.records import names_in
from tradewright.library.runs.columns import columns_of, rows_of
from tradewright.library.runs.export import csv_of
from tradewright.library.warming import synthetic_bars


@pytest.fixture(scope="module")
def run():
    return tw.backtest(
        "momentum", synthetic_bars(900), params={"lookback": 10}, direction="both", stop_loss=2.0
    )


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), min_size=1, max_size=20))
def test_csv_numbers_read_back_to_the_bit(values):
    rows = read(csv_of({"bars": np.arange(len(values)), "x": np.array(values)}))
    found = [float(row["x"]) if row["x"] else None for row in rows]
    assert found == [value if math.isfinite(value) else None for value in values]


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12), min_size=1
    )
)
def test_csv_text_is_never_a_formula_and_loses_nothing(texts):
    rows = read(csv_of({"n": -np.arange(len(texts)), "side": np.array(texts, dtype=object)}))
    for text, row in zip(texts, rows, strict=True):
        assert row["side"][0] not in "=+-@\t\r"
        assert row["side"] == (f"'{text}" if text[0] in "=+-@\t\r" else text)
    assert all("'" not in row["n"] for row in rows)


def test_csv_json_and_parquet_agree_to_the_last_digit(run, tmp_path):
    for kind in ("csv", "parquet", "json"):
        run.export(tmp_path, kind)
    whole = json.loads((tmp_path / "run.json").read_text())
    assert whole["metrics"] == run.metrics
    for name in ("trades", "fills", "equity"):
        as_csv = read((tmp_path / f"{name}.csv").read_text())
        as_parquet = pl.read_parquet(tmp_path / f"{name}.parquet").to_dicts()
        assert len(as_csv) == len(as_parquet) == len(whole[name]) > 3
        for text, typed, plain in zip(as_csv, as_parquet, whole[name], strict=True):
            assert list(text) == list(typed) == list(plain)
            for column, value in plain.items():
                if isinstance(value, str):
                    assert text[column] == value
                    assert str(typed[column]).startswith(value[:10])
                else:
                    assert float(text[column]) == typed[column] == value


def test_metrics_agree_in_every_format(run, tmp_path):
    run.export(tmp_path, "csv")
    run.export(tmp_path, "parquet")
    as_csv = {row["metric"]: row["value"] for row in read((tmp_path / "metrics.csv").read_text())}
    as_parquet = {row["metric"]: row for row in pl.read_parquet(tmp_path / "metrics.parquet").to_dicts()}
    assert list(as_csv) == list(as_parquet) == list(run.metrics)
    for name, value in run.metrics.items():
        if value is None:
            assert (as_csv[name], as_parquet[name]["value"]) == ("", None)
        elif isinstance(value, str):
            assert as_csv[name] == as_parquet[name]["word"] == value
        else:
            assert float(as_csv[name]) == as_parquet[name]["value"] == value


@pytest.mark.parametrize(
    ("path", "kind", "files"),
    [
        ("t.csv", None, ["t.csv"]),
        ("T.CSV", None, ["T.CSV"]),
        ("t.parquet", None, ["t.parquet"]),
        ("t.json", None, ["t.json"]),
        ("t.html", None, ["t.html"]),
        ("t", "html", ["report.html"]),
        ("t", "json", ["run.json"]),
        ("t", "csv", ["trades.csv", "fills.csv", "equity.csv", "metrics.csv"]),
        ("a/b/t.csv", "csv", ["t.csv"]),
    ],
)
def test_place_says_what_is_written(path, kind, files, run, tmp_path):
    written = run.export(tmp_path / path, kind)
    assert [target.name for target in written] == files
    assert all(target.stat().st_size for target in written)
    assert names_in(written[0].parent) == sorted(files)


def test_stored_run_exports_what_the_new_one_does(run, tmp_path):
    stored = tw.StoredRun(run.save(tmp_path / "run"))
    run.export(tmp_path / "a", "csv")
    stored.export(tmp_path / "b", "csv")
    for name in names_in(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("path", "kind", "code"),
    [("t", None, "E_EXPORT_KIND"), ("t.xls", None, "E_EXPORT_KIND"), ("t", "cvs", "E_EXPORT_KIND.*'csv'")],
)
def test_unknown_kind_names_the_known(path, kind, code, run, tmp_path):
    with pytest.raises(tw.TradewrightError, match=code):
        run.export(tmp_path / path, kind)


def test_existing_file_is_replaced_only_when_told(run, tmp_path):
    target = tmp_path / "t.csv"
    target.write_text("mine")
    with pytest.raises(tw.TradewrightError, match="E_EXPORT_EXISTS"):
        run.export(target)
    assert target.read_text() == "mine"
    run.export(target, overwrite=True)
    assert target.read_text().startswith("entry_time,")


def test_one_existing_file_of_several_stops_all(run, tmp_path):
    (tmp_path / "fills.csv").write_text("mine")
    with pytest.raises(tw.TradewrightError, match="E_EXPORT_EXISTS"):
        run.export(tmp_path, "csv")
    assert names_in(tmp_path) == ["fills.csv"]


def test_place_that_cannot_be_written_is_one_clear_error(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(tw.TradewrightError, match="E_WRITE"):
        run.export(tmp_path / "file" / "t.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(tw.TradewrightError, match="E_WRITE"):
        run.export(tmp_path / "folder.csv", overwrite=True)


@pytest.mark.parametrize(
    ("fraction", "end"), [(0, "00Z"), (123 * 10**6, "00.123Z"), (1_000, "00.000001Z"), (7, "00.000000007Z")]
)
def test_times_keep_their_fractions_and_are_written_as_in_json(fraction, end):
    time = np.array([1_577_836_800 * 10**9 + fraction])
    columns = {"entry_time": time}
    written = read(csv_of(columns))[0]["entry_time"]
    assert written == f"2020-01-01T00:00:{end}"
    assert rows_of(columns) == [{"entry_time": written}]
    assert columns_of(rows_of(columns), ["entry_time"])["entry_time"].tolist() == time.tolist()
