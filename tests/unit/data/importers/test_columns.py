"""Titles in other languages and of other sites, rows without titles, and what a message proposes."""

import io
import json
import zipfile

import numpy as np
import pytest

from tests.unit.data.importers.kinds import CLEAN, HEAD, ROWS, TEXT, csv, rows_of
from tradewright.core.errors import DataError
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.meanings import columns_of
from tradewright.data.importers.options import ImportOptions
from tradewright.data.importers.preview import preview
from tradewright.data.importers.symbols import from_file_name

OHLC = ["open", "high", "low", "close"]


@pytest.mark.parametrize(
    "head",
    [
        "Datum,Er\u00f6ffnung,Hoch,Tief,Schluss,Volumen",
        "Datum,Eroeffnung,Hoch,Tief,Schlusskurs,St\u00fcck",
        "Datum,Ero\u0308ffn.,Hoch,Tief,Zuletzt,Vol.",
        "Date,Ouverture,Plus haut,Plus bas,Cl\u00f4ture,Volume",
        "Fecha,Apertura,M\u00e1ximo,M\u00ednimo,Cierre,Volumen",
        "Data,Abertura,M\u00e1xima,M\u00ednima,\u00daltimo,Vol.",
        "\u65e5\u671f,\u5f00\u76d8,\u6700\u9ad8,\u6700\u4f4e,\u6536\u76d8,\u6210\u4ea4\u91cf",
    ],
)
def test_titles_in_other_languages_are_known(head: str) -> None:
    assert rows_of(import_bars("X.csv", csv(*ROWS, head=head + "\n"))) == CLEAN


def test_word_that_is_a_date_elsewhere_is_none_beside_a_time() -> None:
    assert columns_of(["data", "time", "o", "h", "l", "c"]) == ["", "timestamp", *OHLC]


@pytest.mark.parametrize(
    ("titles", "volumes"),
    [
        ("Volume BTC,Volume USD", ["volume", "quote_volume"]),
        ("Volume USDT,Volume ETH", ["quote_volume", "volume"]),
        ("Volume ETH,Volume BTC", ["volume", "quote_volume"]),
        ("Volume_(BTC),Volume_(Currency)", ["volume", "quote_volume"]),
        ("Volume BTC", ["volume"]),
        ("Volume USD", ["quote_volume"]),
        ("Volume,Volume MA", ["volume", ""]),
        ("Volume MA", [""]),
        ("Stuecke,Volumen", ["volume", "quote_volume"]),
    ],
)
def test_what_was_traded_is_told_from_the_money(titles: str, volumes: list[str]) -> None:
    assert columns_of(["time", *OHLC, *titles.split(",")])[5:] == volumes


def test_dash_in_a_further_column_is_nothing() -> None:
    raw = csv(*(f"{row},{vwap}" for row, vwap in zip(ROWS, ("-", "11.5", "--"), strict=True)), head=WITH_VWAP)
    bars = import_bars("X.csv", raw, ImportOptions(timezone="UTC", strict=True))
    assert np.isnan(bars.columns["vwap"]).tolist() == [True, False, True]
    assert bars.volume.tolist() == [100, 0, 1000]


WITH_VWAP = HEAD.replace("volume", "volume,vwap")


def test_real_volume_stays_where_one_row_has_some() -> None:
    rows = [f"{row.rsplit(',', 1)[0]},7,{real}" for row, real in zip(ROWS, (0, 0, 5), strict=True)]
    bars = import_bars("X.csv", csv(*rows, head="Date,Open,High,Low,Close,TickVol,Vol\n"))
    assert bars.volume.tolist() == [0, 0, 5]
    assert "W_VOLUME_TICKS" not in bars.notes


@pytest.mark.parametrize(("sign", "volume"), [(".", 300.239), (",", 300_239)])
def test_points_are_read_as_the_caller_says(sign: str, volume: float) -> None:
    raw = csv("2024-01-01;70.543;71.247;70.500;70.922;300.239", head=HEAD.replace(",", ";"))
    bars = import_bars("X_1d.csv", raw, ImportOptions(decimal=sign))  # type: ignore[arg-type]
    assert bars.volume.tolist() == [volume]
    assert "W_VOLUME_POINTS" not in bars.notes


@pytest.mark.parametrize("volumes", [("957.483", "0.268"), ("957.483", "1957.483"), ("957.483", "26.84")])
def test_volume_that_cannot_have_thousands_is_not_questioned(volumes: tuple[str, str]) -> None:
    rows = [f"2024-01-0{day};1;1;1;1;{volume}" for day, volume in enumerate(volumes, start=1)]
    bars = import_bars("X.csv", csv(*rows, head=HEAD.replace(",", ";")))
    assert bars.volume.tolist() == [float(volume) for volume in volumes]
    assert "W_VOLUME_POINTS" not in bars.notes


def test_points_between_thousands_are_named_in_the_message() -> None:
    raw = csv("2024-01-01;70.543;71.247;70.500;70.922;4.300.239", head=HEAD.replace(",", ";"))
    with pytest.raises(DataError) as caught:
        import_bars("X.csv", raw)
    assert "decimal=','" in caught.value.fix


@pytest.mark.parametrize("settled", ["1'234.50", "1'234'567"])
def test_apostrophe_is_of_thousands_where_one_cell_shows_it(settled: str) -> None:
    rows = ("2024-01-01,1'234,1'240,1'230,1'235,1", f"2024-01-02,1234,9999999,1,1235,{settled}")
    assert import_bars("X.csv", csv(*rows)).open.tolist() == [1234, 1234]


def test_apostrophe_in_volume_alone_is_of_thousands() -> None:
    rows = [f"{row.rsplit(',', 1)[0]},10'000" for row in ROWS]
    assert import_bars("X.csv", csv(*rows)).volume.tolist() == [10_000] * 3


def test_header_is_looked_for_where_most_titles_are() -> None:
    raw = "Kurse;;;;;\nPaiva;Avaus;High;Low;Close;Volume\n" + TEXT.replace(",", ";")[len(HEAD) :]
    with pytest.raises(DataError, match=r"row 2: missing column timestamp, open\.") as caught:
        import_bars("X.csv", raw.encode())
    assert caught.value.fix.endswith("Rename them timestamp, open, high, low, close, volume.")


def test_header_to_add_is_written_with_the_delimiter_of_the_file() -> None:
    with pytest.raises(DataError) as caught:
        import_bars("X.txt", b"20240131 093000;1;1;1;1;5\n20240131 093100;1;1;1;1;5\n")
    assert "'timestamp;open;high;low;close;volume'" in caught.value.fix
    raw = b"timestamp;open;high;low;close;volume\n20240131 093000;1;1;1;1;5\n20240131 093100;1;1;1;1;5\n"
    assert len(import_bars("X.txt", raw)) == 2


def test_prices_that_contradict_without_a_header_may_stand_in_another_order() -> None:
    with pytest.raises(DataError, match="outside") as caught:
        import_bars("X.json", b"[[1704067200,9,12,10,11,5],[1704067260,9,12,10,8,5]]")
    assert "another order" in caught.value.fix


def test_seven_columns_of_kraken_are_known_without_a_header() -> None:
    raw = b"1704067200,10,12,9,11,5.5,17\n1704067260,10,12,9,11,6.5,18\n"
    assert preview("X.csv", raw).layout == "Kraken"
    bars = import_bars("X.csv", raw)
    assert bars.volume.tolist() == [5.5, 6.5]
    assert bars.columns["trades_count"].tolist() == [17, 18]


def test_rows_that_all_end_in_a_delimiter_are_read() -> None:
    raw = HEAD + "".join(f"{row},\n" for row in ROWS)
    assert rows_of(import_bars("X.csv", raw.encode())) == CLEAN
    with pytest.raises(DataError, match="7 cells where the header has 6"):
        import_bars("X.csv", (HEAD + f"{ROWS[0]},\n{ROWS[1]}\n{ROWS[2]},\n").encode())
    with pytest.raises(DataError, match="7 cells where the header has 6"):
        import_bars("X.csv", (HEAD + "".join(f"{row},5\n" for row in ROWS)).encode())


def test_what_macos_packs_beside_a_file_is_passed_over() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("X.csv", TEXT)
        archive.writestr("__MACOSX/._X.csv", b"\0\5\x16\7")
    assert rows_of(import_bars("X.zip", packed.getvalue())) == CLEAN


def test_list_of_objects_is_read_by_their_names() -> None:
    names = HEAD.strip().split(",")
    rows = [dict(zip(names, [row[0], *row[1:]], strict=True)) for row in CLEAN]
    assert rows_of(import_bars("X.json", json.dumps(rows).encode())) == CLEAN


@pytest.mark.parametrize("raw", [b'[{"o": 1}, 2]', b'[{"o": {"x": 1}}]', b'[{"o": 1}', b'[{"o": 1}]'])
def test_objects_that_are_no_bars_are_refused(raw: bytes) -> None:
    with pytest.raises(DataError) as caught:
        import_bars("X.json", raw)
    assert caught.value.code == "E_COLUMN"


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe"),
    [
        ("BATS_AAPL, 1D.csv", "BATS_AAPL", "1d"),
        ("BATS_AAPL, 1D_3f2a1.csv", "BATS_AAPL", "1d"),
        ("BATS_AAPL, 60.csv", "BATS_AAPL", "60m"),
        ("AAPL (1).csv", "AAPL", ""),
        ("AAPL Historical Data (2).csv", "AAPL", ""),
        ("EURUSD_M15_202401.csv", "EURUSD", "15m"),
        ("EURUSD_H1_202401020000_202401312300.csv", "EURUSD", "1h"),
        ("ES_H4.csv", "ES_H4", ""),
        ("ES_H4_2024.csv", "ES_H4_2024", ""),
        ("EURUSD_Daily_mt5.csv", "EURUSD", "1d"),
        ("Smith, 2020.csv", "Smith, 2020", ""),
        ("(1).csv", "(1)", ""),
    ],
)
def test_names_of_files_give_symbol_and_bar_length(name: str, symbol: str, timeframe: str) -> None:
    found, length = from_file_name(name)
    assert found == symbol
    assert length == (Timeframe.parse(timeframe) if timeframe else None)
