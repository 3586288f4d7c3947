"""Whatever is done to a file, an import gives sound bars or one of our errors, and never crashes."""

import gzip
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.price_files import LAYOUTS, Candle, as_json, as_parquet
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, TradewrightError
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions
from tradewright.data.importers.preview import preview

HEAD = "timestamp,open,high,low,close,volume\n"
DAILY = HEAD + "".join(
    f"2024-01-{day:02},{day}.5,{day + 1},{day}.25,{day}.75,1{day}00\n" for day in range(1, 29)
)
EPOCHS = HEAD + "".join(f"{1_704_067_200_000 + 60_000 * k},1.5,2.5,0.5,1.0,{k}.25\n" for k in range(30))
YAHOO = "Date,Open,High,Low,Close,Adj Close,Volume\r\n" + "".join(
    f'"2024-03-{day:02}T0{day % 9}:30+02:00";7;8;6.5;7.5;3e0;null\r\n'.replace(";", ",")
    for day in range(1, 25)
)
SYMBOLS = "Ticker|Date|Open|High|Low|Close\n" + "".join(
    f"{name}|2024-01-0{day}|{day}|{day}|{day}|{day}\n" for name in ("A", "Ä", "B") for day in range(1, 8)
)
CANDLES = [
    Candle(1_705_795_200 + 60 * row, 1_000 + row, 1_100 + row, 900 + row, 1_050, 10 * row)
    for row in range(24)
]
FILES = [text.encode() for text in (DAILY, EPOCHS, YAHOO, SYMBOLS)]
FILES += [layout(CANDLES).write() for layout in LAYOUTS.values()]
FILES += [as_json(CANDLES), as_parquet(CANDLES), gzip.compress(FILES[0], mtime=0), DAILY.encode("utf-16")]
# Cells that mean something somewhere.
PIECES = [
    b"nan",
    b"-1",
    b"1e999",
    b"0",
    b"",
    b'"',
    b"\n",
    b"\r",
    b",",
    b";",
    b"\0",
    b"\xff",
    b"=A1",
    b"1,000",
    b"9" * 30,
]
PIECES += [
    b"2024-02-30",
    b"1704067200",
    b"31/12/2023",
    b"1677-01-01",
    b"2300-01-01",
    b"\t",
    b"|",
    b"Ticker",
    b"null",
]
PIECES += [
    b"2024-01-01T24:00",
    b"+25:00",
    b"Z",
    b"1e-999",
    b".",
    b"-",
    b"9223372036854775807",
    b"close",
    b" ",
    b"#",
    b"//",
    b"1.234,5",
    b"'",
    b"\xc2\xa0",
    b"\xe2\x82\xac",
    b"$",
    b"Jan 2, 2024",
    b"13/01/2024",
    b"09:30 PM",
    b"[",
    b"PAR1",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a file with some bytes or lines changed, cut, doubled, swapped, or replaced."""
    raw = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 5))):
        begin = draw(st.integers(0, len(raw)))
        end = min(len(raw), begin + draw(st.sampled_from([0, 1, 1, 2, 5, 30, 200])))
        match draw(st.sampled_from(["replace", "piece", "cut", "double", "truncate", "line", "separator"])):
            case "replace":
                raw[begin:end] = draw(st.binary(max_size=4))
            case "piece":
                raw[begin:end] = draw(st.sampled_from(PIECES))
            case "cut":
                del raw[begin:end]
            case "double":
                raw[begin:begin] = raw[begin:end]
            case "line":
                raw = _with_lines_changed(raw, draw)
            case "separator":
                old, new = draw(st.permutations([b",", b";", b"\t", b".", b"\n", b" "]))[:2]
                raw = raw.replace(old, new)
            case _:
                del raw[begin:]
    return bytes(raw)


def _with_lines_changed(raw: bytearray, draw: st.DrawFn) -> bytearray:
    lines = raw.split(b"\n")
    one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    match draw(st.sampled_from(["drop", "double", "swap"])):
        case "drop":
            del lines[one]
        case "double":
            lines.insert(one, lines[other])
        case _:
            lines[one], lines[other] = lines[other], lines[one]
    return bytearray(b"\n".join(lines))


def check_sound(bars: Bars) -> None:
    assert len(bars) > 0
    assert (np.diff(bars.time) > 0).all()
    top, bottom = np.maximum(bars.open, bars.close), np.minimum(bars.open, bars.close)
    assert (bars.low > 0).all()
    assert np.isfinite(bars.high).all()
    assert (bars.high >= top).all()
    assert (bars.low <= bottom).all()
    assert (bars.volume >= 0).all()
    assert all(count > 0 for count in bars.notes.values())


OPTIONS = st.builds(
    ImportOptions,
    symbol=st.sampled_from([None, None, "A", "Ä", "C"]),
    timezone=st.sampled_from([None, "UTC", "Europe/Helsinki"]),
    strict=st.sampled_from([False, False, True]),
    date_order=st.sampled_from([None, None, "dmy", "mdy", "ymd"]),
    decimal=st.sampled_from([None, None, ".", ","]),
    label=st.sampled_from([None, None, "open", "close"]),
)
# What an import may refuse a file with: the table's codes, and those of strict reading and of bars.
CODES = """
    E_EMPTY E_NO_ROWS E_COLUMN E_ROW_WIDTH E_QUOTE E_NOT_TEXT E_ENCODING E_NUMBER E_NONFINITE E_PRICE E_VOLUME
    E_OHLC E_TS_CONFLICT E_DATE E_TZ E_TS_MIXED E_INTERVAL E_TS_RANGE E_SYMBOL E_TOO_LARGE E_ARCHIVE E_STRICT
"""


def fate(raw: bytes, options: ImportOptions) -> tuple[str, str]:
    """Return a file's checksum and notes, or why it is refused; anything else than these two is a failure."""
    try:
        bars = import_bars("prices.csv", raw, options)
    except TradewrightError as error:
        return error.code, error.fix and str(error)
    check_sound(bars)
    return bars.checksum, str(bars.notes)


@pytest.mark.slow
@settings(max_examples=5 * settings().max_examples)
@given(mutated(), OPTIONS)
def test_mutated_file_gives_sound_bars_or_our_error_each_time_the_same(
    raw: bytes, options: ImportOptions
) -> None:
    first = fate(raw, options)
    assert first[1]
    assert not first[0].startswith("E_") or first[0] in CODES.split(), first
    assert fate(raw, options) == first
    shown = preview("prices.csv", raw, options)
    assert shown.accepted is not first[0].startswith("E_")
    if shown.rejection is not None:
        assert shown.rejection["code"] == first[0]


@given(st.binary(max_size=300))
def test_any_bytes_give_our_error(raw: bytes) -> None:
    with suppress(TradewrightError):
        check_sound(import_bars("prices.csv", raw))


@given(st.lists(st.text("0123456789.-+eE:TZ/ nainf_\"',;\n", max_size=12), min_size=6, max_size=6))
def test_any_cells_give_sound_bars_or_name_their_row(cells: list[str]) -> None:
    raw = DAILY.replace("2024-01-03,3.5,4,3.25,3.75,1300", ",".join(cells)).encode()
    refusal: DataError | None = None
    try:
        check_sound(import_bars("prices.csv", raw))
    except DataError as error:
        refusal = error
    if refusal is not None:
        assert refusal.details.get("row", 0) >= 4, str(refusal)


@st.composite
def series(draw: st.DrawFn) -> tuple[list[int], np.ndarray]:
    """Draw whole minutes that grow, two of them neighbours, and prices whose range holds open and close."""
    steps = [*draw(st.lists(st.integers(1, 3), min_size=1, max_size=29)), 1]
    prices = draw(
        st.lists(
            st.lists(st.floats(1e-8, 1e12), min_size=4, max_size=4).map(sorted),
            min_size=len(steps),
            max_size=len(steps),
        )
    )
    start = draw(st.integers(40_000_000, 1_700_000_000)) // 60 * 60
    return [start + 60 * int(minute) for minute in np.cumsum(steps)], np.array(prices)


OF_MINUTES = ImportOptions(timezone="UTC", timeframe=Timeframe(1, "m"))


@given(series(), st.sampled_from(["s", "ms", "us", "ns", "iso", "offset"]))
def test_written_series_is_read_back_bit_for_bit(drawn: tuple[list[int], np.ndarray], clock: str) -> None:
    seconds, prices = drawn
    scale = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
    if clock in scale:
        times = [str(second * scale[clock]) for second in seconds]
    else:
        end = "+00:00" if clock == "offset" else ""
        times = [str(np.datetime64(second, "s")) + end for second in seconds]
    rows = [
        f"{time},{row[1]!r},{row[3]!r},{row[0]!r},{row[2]!r},{row[3]!r}"
        for time, row in zip(times, prices.tolist(), strict=True)
    ]
    bars = import_bars("x.csv", (HEAD + "\n".join(rows)).encode(), OF_MINUTES)
    assert (bars.time // 10**9).tolist() == seconds
    for place, name in enumerate(("low", "open", "close", "high")):
        assert bars.columns[name].tolist() == prices[:, place].tolist()
