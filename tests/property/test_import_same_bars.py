"""A file written otherwise says the same: what import.md accepts or repairs never changes a bar."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.price_files import (
    ACCEPTED,
    LAYOUTS,
    PACKED,
    REPAIRED,
    Candle,
    Sheet,
    as_json,
    as_parquet,
    generic,
)
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions

OPTIONS = ImportOptions(timezone="UTC", timeframe=Timeframe(1, "m"))
STRICT = ImportOptions(timezone="UTC", timeframe=Timeframe(1, "m"), strict=True)


@st.composite
def candles(draw: st.DrawFn) -> list[Candle]:
    """Draw minutes, two of them neighbours, with a day above 12 so that dates can be read one way only."""
    steps = [0, 1, *draw(st.lists(st.integers(1, 3), max_size=10))]
    second = draw(st.integers(19_723, 20_000)) // 28 * 28 * 86_400 + 86_400 * 18
    made: list[Candle] = []
    for step in steps:
        second += 60 * step
        low, *inner, high = sorted(draw(st.lists(st.integers(1, 10**8), min_size=4, max_size=4)))
        open_, close = draw(st.permutations(inner))
        made.append(Candle(second, open_, high, low, close, draw(st.integers(0, 10**9))))
    day = int(made[-1].iso[8:10])
    return (
        made if day > 12 else [replace(candle, second=candle.second + 86_400 * (13 - day)) for candle in made]
    )


def the_same(bars: Bars, candles: list[Candle]) -> bool:
    """Say whether bars are what was drawn, to the bit."""
    return (
        (bars.time // 10**9).tolist() == [c.second for c in candles]
        and bars.open.tolist() == [float(c.prices[0]) for c in candles]
        and bars.high.tolist() == [float(c.prices[1]) for c in candles]
        and bars.low.tolist() == [float(c.prices[2]) for c in candles]
        and bars.close.tolist() == [float(c.prices[3]) for c in candles]
        and bars.volume.tolist() == [float(c.volume) for c in candles]
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@given(drawn=candles())
def test_every_layout_is_read_back_to_the_bit(layout: str, drawn: list[Candle]) -> None:
    assert the_same(import_bars("X", LAYOUTS[layout](drawn).write(), OPTIONS), drawn)


@pytest.mark.parametrize("write", [as_json, as_parquet])
@given(drawn=candles())
@settings(max_examples=max(20, settings().max_examples // 5))
def test_tables_are_read_back_to_the_bit(write: Callable[[list[Candle]], bytes], drawn: list[Candle]) -> None:
    assert the_same(import_bars("X", write(drawn), OPTIONS), drawn)


LAYOUT_NAMES = st.sampled_from([name for name in LAYOUTS if name != "written"])
CHANGES = st.lists(st.sampled_from([*ACCEPTED, *REPAIRED]), max_size=4, unique=True)


def changed(sheet: Sheet, names: list[str]) -> Sheet:
    """Apply changes in an order in which each still finds what it changes."""
    known = {**REPAIRED, **ACCEPTED}
    for name in sorted(names, key=list(known).index):
        sheet = known[name](sheet)
    return sheet


@pytest.mark.slow
@settings(max_examples=5 * settings().max_examples)
@given(
    candles(),
    LAYOUT_NAMES,
    CHANGES,
    st.sampled_from(sorted(PACKED)),
    st.booleans(),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_file_written_otherwise_holds_the_same_bars(
    drawn: list[Candle], layout: str, changes: list[str], packed: str, quoted: bool, end: str
) -> None:
    clean = LAYOUTS[layout](drawn)
    sheet = changed(clean, changes)
    raw = PACKED[packed](sheet.write(quoted=quoted, end=end))
    bars = import_bars("X", raw, OPTIONS)
    wanted = import_bars("X", clean.write(), OPTIONS)
    assert the_same(wanted, drawn)
    assert bars.checksum == wanted.checksum


@given(candles(), LAYOUT_NAMES, CHANGES, st.sampled_from(sorted(PACKED)))
def test_strict_reading_takes_what_needs_no_repair_and_nothing_else(
    drawn: list[Candle], layout: str, changes: list[str], packed: str
) -> None:
    clean = LAYOUTS[layout](drawn)
    raw = PACKED[packed](changed(clean, changes).write())
    # Two changes of order may undo each other.
    if changed(clean, [name for name in changes if name in REPAIRED]) != clean:
        with pytest.raises(DataError) as caught:
            import_bars("X", raw, STRICT)
        assert caught.value.code == "E_STRICT"
    else:
        assert the_same(import_bars("X", raw, STRICT), drawn)


@given(candles(), st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "'", "\u2019"]))
def test_signs_between_thousands_change_no_number(drawn: list[Candle], sign: str) -> None:
    def grouped(cell: str) -> str:
        whole, point, rest = cell.partition(".")
        return f"{int(whole):,}".replace(",", sign) + point + rest

    sheet = generic(drawn)
    rows = [[row[0], *map(grouped, row[1:])] for row in sheet.rows]
    assert the_same(import_bars("X", Sheet(sheet.head, rows).write(), OPTIONS), drawn)
