"""What an instrument may be."""

from typing import Any

import pytest

from tradewright.core.calendar import Calendar
from tradewright.core.errors import ParameterError, UnknownNameError
from tradewright.core.instrument import Instrument


def test_instrument_takes_a_calendar_by_its_id() -> None:
    typed: Any = "24/5"
    assert Instrument("EUR/USD", calendar=typed).calendar == Calendar("24/5")


def test_instrument_of_an_unknown_calendar_is_refused() -> None:
    typed: Any = "24/6"
    with pytest.raises(UnknownNameError, match="24/6"):
        Instrument("X", calendar=typed)


def test_instrument_with_half_a_character_is_refused() -> None:
    with pytest.raises(ParameterError) as refused:
        Instrument("A\ud800")
    assert refused.value.code == "E_INSTRUMENT"
    assert "\\ud800" in refused.value.message


@pytest.mark.parametrize("symbol", ["BTC/USDT:USDT", "NOKIA.HE", "株", "A b"])
def test_instrument_takes_any_whole_text(symbol: str) -> None:
    assert Instrument(symbol).symbol == symbol


@pytest.mark.parametrize("field", ["tick", "lot", "minimum_notional"])
def test_instrument_with_a_step_below_0_is_refused(field: str) -> None:
    steps: Any = {field: -0.01}
    with pytest.raises(ParameterError, match=field):
        Instrument("X", **steps)
