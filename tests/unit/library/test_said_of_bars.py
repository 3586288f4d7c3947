"""Hours and currency that a caller says of a file, and those that a venue knows."""

from pathlib import Path

import pytest

import tradewright as tw
from tradewright.core.errors import TradewrightError
from tradewright.library.given.venues import placed_at

ROWS = "timestamp,open,high,low,close\n" + "".join(f"2024-01-{day:02d},10,11,9,10\n" for day in range(2, 6))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "NOKIA.csv"
    path.write_text(ROWS)
    return path


def test_hours_and_currency_that_are_said_are_those_of_the_instrument(file: Path) -> None:
    traded = tw.load(file, calendar="XHEL", currency="eur", timezone="Europe/Helsinki").instrument
    assert (traded.calendar.id, traded.currency, traded.currency_assumed) == ("XHEL", "EUR", False)
    assert traded.symbol == "NOKIA"


def test_unknown_hours_are_refused(file: Path) -> None:
    with pytest.raises(TradewrightError, match="XHEK") as refused:
        tw.load(file, calendar="XHEK")
    assert "XHEL" in str(refused.value)


def test_venue_brings_its_hours_and_currency_where_nobody_said_any(file: Path) -> None:
    unsaid = placed_at("ibkr", tw.load(file), {}).bars.instrument
    assert (unsaid.calendar.id, unsaid.currency) == ("XNYS", "USD")
    said = placed_at("ibkr", tw.load(file, calendar="XHEL", currency="EUR"), {}).bars.instrument
    assert (said.calendar.id, said.currency) == ("XHEL", "EUR")
    assert placed_at("binance:spot", tw.load(file, symbol="BTCUSDT"), {}).bars.instrument.currency == "USDT"
    assert placed_at("binance:spot", tw.load(file, symbol="BTC/EUR"), {}).bars.instrument.currency == "EUR"
