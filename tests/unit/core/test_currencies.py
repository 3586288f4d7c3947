"""The currency of prices, as far as a symbol says it, and what an instrument makes of it."""

from dataclasses import replace

import pytest

from tradewright.core.instrument import Instrument, quote_of


@pytest.mark.parametrize(
    ("symbol", "quote"),
    [
        ("BTC/USDT", "USDT"),
        ("BTC/USDT:USDT", "USDT"),
        ("BTC/USD:BTC", "USD"),
        ("BTC/USDT:USDT-240628", "USDT"),
        ("eth/eur", "EUR"),
        ("USDJPY", "JPY"),
        ("eurusd", "USD"),
        ("EURCHF=X", "CHF"),
        ("XAUUSD", "USD"),
        ("AAPL", None),
        ("BRK/B", None),  # a class of shares
        ("GOOGLE", None),  # six letters of no currencies
        ("BTCUSD", None),  # neither is the first of these three
        ("USDJPYX", None),
        ("EUR/USD/JPY", None),
        ("NOKIA.HE", None),
        ("", None),
    ],
)
def test_quote_of_a_pair_is_what_its_prices_are_in(symbol: str, quote: str | None) -> None:
    assert quote_of(symbol) == quote


def test_instrument_takes_the_quote_unless_it_is_told_another() -> None:
    assert Instrument("EUR/JPY").currency == "JPY"
    assert Instrument("EUR/JPY", currency="USD").currency == "USD"
    assert Instrument("AAPL").currency == "USD"


def test_currency_that_nobody_said_is_assumed_and_no_part_of_the_instrument() -> None:
    assumed, said = Instrument("AAPL"), Instrument("AAPL", currency="USD")
    assert (assumed.currency_assumed, said.currency_assumed) == (True, False)
    assert assumed == said
    assert assumed.to_dict() == said.to_dict()
    assert replace(assumed, tick=0.01).currency_assumed
    assert not Instrument("BTC/EUR").currency_assumed
