"""What lies around the bars, and what is said of it."""

import numpy as np
import pytest

from tests.factories import flat_bars, make_bars, make_rules, make_signals
from tradewright.core.bars import Bars
from tradewright.core.errors import TradewrightError
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import Timeframe
from tradewright.engine.simulate import simulate
from tradewright.engine.types import REASONS
from tradewright.research.around.payment_checks import outside_of_bars, uncovered_funding
from tradewright.research.around.payments import Kind
from tradewright.research.around.world import EMPTY, World, world_of
from tradewright.research.caution import Caution
from tradewright.research.surroundings import surroundings_of


def series(symbol: str, closes: list[float], timeframe: str = "1d", start: str = "2020-01-01") -> Bars:
    length = Timeframe.parse(timeframe).ns
    time = np.datetime64(start, "ns").astype(np.int64) + length * np.arange(len(closes))
    columns = dict.fromkeys(("open", "high", "low", "close"), np.array(closes))
    return Bars(time, columns, timeframe=timeframe, instrument=Instrument(symbol))


def paid(**payments: list[tuple[str, float]]) -> World:
    given: dict[Kind, object] = dict(payments)  # pyright: ignore[reportAssignmentType]
    return world_of(payments=given)


def told(cautions: list[Caution]) -> dict[str, int]:
    return {caution.code: caution.count for caution in cautions}


EUROS = make_rules(currency="EUR")


@pytest.mark.parametrize(
    ("symbol", "closes"),
    [("USD/EUR", [0.5, 0.8, 1.0]), ("EUR/USD", [2.0, 1.25, 1.0]), ("EURUSD=X", [2.0, 1.25, 1.0])],
)
def test_rates_at_closes_are_the_last_known_close_either_way_round(symbol: str, closes: list[float]) -> None:
    world = World(rates=series(symbol, closes, start="2020-01-02"))
    found, said = surroundings_of(flat_bars(10, 10, 10, 10), EUROS, world)
    # The first rate bar opens with the second bar, and closes with it.
    assert found.rate_close is not None
    assert found.rate_open is not None
    assert np.allclose(found.rate_open, [np.nan, 0.5, 0.8, 1.0], equal_nan=True)
    assert np.allclose(found.rate_close, [np.nan, 0.5, 0.8, 1.0], equal_nan=True)
    assert said == []


@pytest.mark.parametrize("symbol", ["USD/EUR", "EUR/USD"])
def test_rate_that_opens_with_the_bar_is_known_at_its_open(symbol: str) -> None:
    """Rates rest from the third to the fourth day; then the last close stands, and the next open after it."""
    day = flat_bars(1, 1, 1, 1, 1).time
    opens, closes = np.array([1.0, 1.25, 2.0]), np.array([1.6, 1.28, 2.5])
    if symbol == "EUR/USD":
        opens, closes = 1 / opens, 1 / closes
    columns = {
        "open": opens,
        "high": np.maximum(opens, closes),
        "low": np.minimum(opens, closes),
        "close": closes,
    }
    rates = Bars(day[[0, 1, 4]], columns, timeframe="1d", instrument=Instrument(symbol))
    found = surroundings_of(flat_bars(*[10.0] * 5), EUROS, World(rates=rates))[0]
    assert found.rate_open is not None
    assert found.rate_close is not None
    np.testing.assert_allclose(found.rate_open, [1.0, 1.25, 1.28, 1.28, 2.0], rtol=1e-15)
    np.testing.assert_allclose(found.rate_close, [1.6, 1.28, 1.28, 1.28, 2.5], rtol=1e-15)


def test_rate_bar_that_opened_before_is_not_read_before_it_closes() -> None:
    rates = series("USD/EUR", [0.5, 0.8], start="2019-12-31T12:00")
    found = surroundings_of(flat_bars(10, 10, 10), EUROS, World(rates=rates))[0]
    assert found.rate_open is not None
    assert np.allclose(found.rate_open, [np.nan, 0.5, 0.8], equal_nan=True)


@pytest.mark.parametrize("rates", [None, series("GBP/USD", [1.0])])
def test_currency_without_a_rate_is_refused(rates: Bars | None) -> None:
    with pytest.raises(TradewrightError, match="USD and the account in EUR") as refused:
        surroundings_of(flat_bars(10, 10), EUROS, World(rates=rates))
    assert refused.value.code == "E_NO_RATE"
    assert "EUR/USD" in refused.value.fix


def test_rates_that_end_early_are_counted_in_the_window() -> None:
    world = World(rates=series("EUR/USD", [1.0, 1.0, 1.0]))
    bars = flat_bars(*[10.0] * 9)
    # Closes of 3 bars have a rate of theirs, the fourth one a bar older; 5 have none.
    assert told(surroundings_of(bars, EUROS, world)[1]) == {"W_RATE_STALE": 5}
    assert told(surroundings_of(bars, EUROS, world, start=7)[1]) == {"W_RATE_STALE": 2}


def test_rates_that_rest_for_a_weekend_are_not_old() -> None:
    whole = series("EUR/USD", [1.0] * 30)
    kept = np.r_[0:10, 14:30]
    columns = {name: column[kept] for name, column in whole.columns.items()}
    world = World(rates=Bars(whole.time[kept], columns, timeframe="1d", instrument=whole.instrument))
    assert told(surroundings_of(flat_bars(*[10.0] * 30), EUROS, world)[1]) == {}


def test_rates_that_nothing_asks_for_are_told() -> None:
    found, said = surroundings_of(flat_bars(10, 10), make_rules(), World(rates=series("EUR/USD", [1.0])))
    assert found.rate_open is None
    assert told(said) == {"W_RATE_UNUSED": 1}


def test_sessions_are_looked_up_only_when_a_rule_asks() -> None:
    bars = flat_bars(10, 10)
    assert surroundings_of(bars, make_rules(), EMPTY)[0].session_end is None
    ends = surroundings_of(bars, make_rules(session_end=True), EMPTY)[0].session_end
    assert ends is not None
    assert ends.tolist() == [True, True]


def test_session_without_its_last_bar_is_counted() -> None:
    hours = series("X", [10.0] * 72, "1h")
    kept = np.r_[0:23, 24:72]  # without the last hour of the first day
    columns = {name: column[kept] for name, column in hours.columns.items()}
    bars = Bars(hours.time[kept], columns, timeframe="1h", instrument="X")
    found, said = surroundings_of(bars, make_rules(session_end=True), EMPTY)
    assert found.session_end is not None
    assert found.session_end.sum() == 2
    assert told(said) == {"W_SESSION_MISSED": 1}
    assert surroundings_of(bars, make_rules(session_end=True), EMPTY, start=30)[1] == []


def test_events_are_sorted_by_time() -> None:
    world = paid(
        funding=[("2020-01-02", 0.001), ("2020-01-01", 0.002)],
        dividends=[("2020-01-02", 0.5)],
        splits=[("2020-01-02", 2)],
    )
    events = surroundings_of(make_bars([(10, 10, 10, 10), (5, 5, 5, 5)]), make_rules(), world)[0].events
    assert events is not None
    assert [REASONS[reason] for reason in events["reason"]] == ["funding", "funding", "dividend", "split"]
    assert events["value"].tolist() == [0.002, 0.001, 0.5, 2]
    assert surroundings_of(flat_bars(10), make_rules(), EMPTY)[0].events is None


def test_dividend_above_the_price_is_refused_by_its_row() -> None:
    world = paid(dividends=[("2020-01-03", 11.0), ("2020-01-02", 0.1)])
    with pytest.raises(TradewrightError, match="above the price before it, 10") as refused:
        surroundings_of(flat_bars(10, 10, 10), make_rules(), world)
    assert (refused.value.code, refused.value.details["row"]) == ("E_EVENT", 1)


def test_split_of_adjusted_prices_is_told() -> None:
    splits = paid(splits=[("2020-01-02", 4)])
    assert told(surroundings_of(flat_bars(10, 10.3, 10), make_rules(), splits)[1]) == {"W_SPLIT_ADJUSTED": 1}
    assert told(surroundings_of(flat_bars(10, 2.6, 2.6), make_rules(), splits)[1]) == {}
    reverse = paid(splits=[("2020-01-02", 0.1)])
    assert told(surroundings_of(flat_bars(10, 97, 97), make_rules(), reverse)[1]) == {}
    assert told(surroundings_of(flat_bars(10, 11, 11), make_rules(), reverse)[1]) == {"W_SPLIT_ADJUSTED": 1}


def test_split_on_a_later_day_of_a_long_bar_is_refused() -> None:
    weeks = series("X", [400.0, 400.0, 100.0, 100.0], "1w", "2020-01-06")
    with pytest.raises(TradewrightError, match="inside a 1w bar") as refused:
        surroundings_of(weeks, make_rules(), paid(splits=[("2020-01-15", 4)]))
    assert (refused.value.code, refused.value.details["row"]) == ("E_EVENT", 1)
    first_day = surroundings_of(weeks, make_rules(), paid(splits=[("2020-01-20", 4)]))[0].events
    assert first_day is not None


def test_dividends_and_splits_outside_of_the_bars_are_counted() -> None:
    days = ["2019-12-31", "2020-01-01", "2020-01-02", "2020-01-03"]
    world = paid(dividends=[(day, 0.1) for day in days], funding=[("2019-01-01", 0.1)])
    assert told(outside_of_bars(flat_bars(10, 10), world)) == {"W_EVENT_OUTSIDE": 2}


def held(bars: Bars, first: int, last: int, funding: list[tuple[str, float]]) -> dict[str, int]:
    """Say what is told of a long that is held from the open of bar `first` to that of bar `last`."""
    signals = make_signals(len(bars), long_entry=[first - 1], long_exit=[last - 1])
    return told(uncovered_funding(bars, paid(funding=funding), simulate(bars, signals, make_rules())))


def daily(*days: int) -> list[tuple[str, float]]:
    return [(f"2020-01-{day:02d}", 0.0001) for day in days]


def test_funding_that_ends_early_is_counted_while_held() -> None:
    bars = flat_bars(*[10.0] * 20)
    # Bar i is January i + 1; the last event is on the 5th and pays until the 6th: bars 5 to 19 lack theirs.
    assert held(bars, 2, 10, daily(1, 2, 3, 4, 5)) == {"W_FUNDING_ENDS": 6}
    assert held(bars, 1, 4, daily(1, 2, 3, 4, 5)) == {}
    assert held(bars, 2, 10, daily(*range(1, 21))) == {}


def test_hole_in_the_funding_is_counted_while_held() -> None:
    bars = flat_bars(*[10.0] * 20)
    hole = daily(*range(1, 6), *range(10, 21))
    # The 6th to the 9th are lacking: bars 5 to 8.
    assert held(bars, 2, 15, hole) == {"W_FUNDING_ENDS": 4}
    assert held(bars, 10, 15, hole) == {}
    assert held(bars, 2, 15, daily(*range(1, 6), *range(8, 21))) == {}  # no longer than three intervals


def test_funding_of_one_event_or_none_covers_nothing() -> None:
    bars = flat_bars(*[10.0] * 6)
    assert held(bars, 1, 4, []) == {"W_FUNDING_ENDS": 4}
    assert held(bars, 1, 4, daily(2)) == {"W_FUNDING_ENDS": 4}


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ([], "it is empty"),
        ([1, 2, 3], "it ends 2020-01-03"),
        ([9, 10, 11], "it begins 2020-01-09"),
        ([1, 2, 3, 9, 10, 11], "it has holes"),
        ([5], "it begins 2020-01-05T00:00:00Z, it ends 2020-01-05T00:00:00Z"),
    ],
)
def test_funding_that_is_lacking_says_where(days: list[int], why: str) -> None:
    bars = flat_bars(*[10.0] * 12)
    signals = make_signals(len(bars), long_entry=[0], long_exit=[8])
    said = uncovered_funding(bars, paid(funding=daily(*days)), simulate(bars, signals, make_rules()))
    assert f"({why}" in said[0].message


MAGNIFIED = make_rules(intrabar="magnified")


def test_finer_bars_that_contradict_are_counted() -> None:
    bars = make_bars([(10, 11, 9, 10)] * 3)
    hours = series("TEST", [10.0] * 72, "1h")
    high = hours.high.copy()
    high[[5, 6, 30, 60]] = [11.0, 11.5, 11.0 * (1 + 1e-12), 12.0]
    finer = Bars(hours.time, {**hours.columns, "high": high}, timeframe="1h", instrument="TEST")
    found, said = surroundings_of(bars, MAGNIFIED, World(finer=finer))
    assert found.finer is finer
    assert told(said) == {"W_FINER_DIFFERS": 2}
    assert told(surroundings_of(bars, MAGNIFIED, World(finer=finer), start=1)[1]) == {"W_FINER_DIFFERS": 1}


def test_finer_bars_of_other_hours_are_refused() -> None:
    rising = [(10.0 + i, 11.0 + i, 10.0 + i, 11.0 + i) for i in range(30)]
    bars = make_bars(rising)
    hours = series("TEST", [10.5 + i // 24 for i in range(30 * 24)], "1h")
    assert surroundings_of(bars, MAGNIFIED, World(finer=hours))[1] == []
    columns = dict(hours.columns)
    late = Bars(hours.time + 9 * 3_600_000_000_000, columns, timeframe="1h", instrument="TEST")
    with pytest.raises(TradewrightError, match="29 of the 30 bars") as refused:
        surroundings_of(bars, MAGNIFIED, World(finer=late))
    assert refused.value.code == "E_FINER"
    assert "the same zone" in (refused.value.fix or "")
    # What differs by a hundredth of a range is another feed of the same market.
    near = {name: column + (0.51 if name == "high" else 0.0) for name, column in columns.items()}
    feed = Bars(hours.time, near, timeframe="1h", instrument="TEST")
    assert told(surroundings_of(bars, MAGNIFIED, World(finer=feed))[1]) == {"W_FINER_DIFFERS": 30}


def test_account_currency_of_prices_in_a_currency_that_was_assumed_is_told() -> None:
    bars = Bars(
        flat_bars(10, 10).time, flat_bars(10, 10).columns, timeframe="1d", instrument=Instrument("ABC")
    )
    same = make_rules(currency="USD")
    assert told(surroundings_of(bars, same, EMPTY)[1]) == {"W_CURRENCY_ASSUMED": 1}
    world = World(rates=series("EUR/USD", [1.0, 1.0]))
    assert told(surroundings_of(bars, EUROS, world)[1]) == {"W_CURRENCY_ASSUMED": 1}
    assert surroundings_of(bars, make_rules(), EMPTY)[1] == []
    with pytest.raises(TradewrightError, match="ABC is taken to be in USD") as refused:
        surroundings_of(bars, EUROS, EMPTY)
    assert "--prices-in EUR, or a pair as the symbol" in (refused.value.fix or "")


def test_finer_bars_that_agree_or_cover_nothing_say_nothing() -> None:
    bars = make_bars([(10, 11, 9, 10)] * 3)
    assert surroundings_of(bars, MAGNIFIED, World(finer=series("TEST", [10.0] * 30, "1h")))[1] == []
    late = series("TEST", [99.0] * 5, "1h", start="2021-01-01")
    assert surroundings_of(bars, MAGNIFIED, World(finer=late))[1] == []


@pytest.mark.parametrize(
    ("finer", "words"),
    [
        (series("OTHER", [10.0], "1h"), "they are of OTHER"),
        (series("TEST", [10.0], "1d"), "no part of"),
        (series("TEST", [10.0], "1w"), "no part of"),
    ],
)
def test_finer_bars_that_do_not_fit_are_refused(finer: Bars, words: str) -> None:
    with pytest.raises(TradewrightError, match=words) as refused:
        surroundings_of(flat_bars(10, 10), MAGNIFIED, World(finer=finer))
    assert refused.value.code == "E_FINER"


def test_finer_bars_that_nothing_reads_are_told() -> None:
    world = World(finer=series("TEST", [10.0] * 24, "1h"))
    found, said = surroundings_of(flat_bars(10, 10), make_rules(), world)
    assert found.finer is None
    assert told(said) == {"W_FINER_UNUSED": 1}


def test_world_says_what_it_is_made_of() -> None:
    world = world_of(rates=series("EUR/USD", [1.0]), payments={"splits": [("2020-01-01", 2)]})
    described = world.to_dict()
    assert set(described) == {"rates", "splits"}
    assert described["rates"]["symbol"] == "EUR/USD"
    assert described["splits"]["events"] == 1
    other = world_of(payments={"splits": [("2020-01-01", 3)]}).to_dict()
    assert other["splits"]["checksum"] != described["splits"]["checksum"]
    assert EMPTY.to_dict() == {}
    with pytest.raises(TradewrightError, match="rates is a str"):
        world_of(rates="EURUSD")  # pyright: ignore[reportArgumentType]
