"""The month map and the spread of returns, by other means."""

from collections import Counter

import numpy as np
import pytest

import tradewright as tw
from tests.factories import flat_bars
from tests.unit.reports.runs import finished, material, walk
from tradewright.reports.periods import histogram, period_returns, years

CLOSE = {"price": "close"}
ALWAYS = {"operand": CLOSE, "config": {"operator": ">", "value": 0.0}}


@pytest.mark.parametrize("name", ["ma_crossover", "rsi_reversal"])
def test_months_equal_those_that_pandas_makes_of_the_equity_curve(name):
    run = finished(strategy=name)
    ends = run.equity["equity"].resample("ME").last()
    wanted = ends / ends.shift(1, fill_value=10_000.0) - 1
    found = {(year.year, m): v for year in years(material(run)) for m, v in year.months.items()}
    assert len(found) == len(wanted) > 100
    for at, value in wanted.items():
        assert found[at.year, at.month] == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_years_compound_their_months_to_the_total_return():
    run = finished()
    table = years(material(run))
    for year in table:
        assert 1 + year.total == pytest.approx(np.prod([1 + v for v in year.months.values()]), rel=1e-9)
    grown = np.prod([1 + year.total for year in table]) - 1
    assert grown == pytest.approx(run.metrics["total_return"], rel=1e-9)


@pytest.mark.parametrize("seconds", [3_600, 86_400])
def test_returns_are_those_that_the_metrics_are_of(seconds):
    run = tw.backtest("ma_crossover", walk(2_000, seconds=seconds), params={"fast": 5, "slow": 20})
    returns = period_returns(material(run))
    assert returns.size == (2_000 if seconds == 86_400 else 84)
    assert np.quantile(returns, 0.05) == pytest.approx(run.metrics["var_95"], rel=1e-9)
    skew = ((returns - returns.mean()) ** 3).mean() / returns.var() ** 1.5
    assert skew == pytest.approx(run.metrics["skew"], rel=1e-6)


def test_months_after_ruin_have_no_return():
    run = ruined()
    assert any(said["code"] == "W_RUINED" for said in run.warnings)
    table = years(material(run))
    values = [value for year in table for value in year.months.values()]
    assert values[-1] is None
    assert values[0] is not None


def ruined() -> tw.Run:
    """Short with leverage when the price triples between two closes."""
    path = [*range(100, 120), *range(119, 79, -1), *[240] * 60]
    bars = flat_bars(*(float(price) for price in path))
    return tw.backtest("ma_crossover", bars, params={"fast": 2, "slow": 5}, direction="short", leverage=2.0)


def test_histogram_counts_every_return_once_and_zeros_apart():
    returns = period_returns(material(finished()))
    found = histogram(returns)
    assert found.counts.sum() + found.unmoved == returns.size
    assert found.unmoved == Counter(returns.tolist())[0.0] > 0
    assert 12 <= found.counts.size <= 62
    assert 0.0 in found.edges
    assert found.counts[found.edges[1:] <= 0].sum() == (returns < 0).sum()


def test_histogram_with_a_far_outlier_opens_its_ends():
    returns = np.concatenate((np.random.default_rng(1).normal(0, 0.01, 5_000), [9.0, -0.9]))
    found = histogram(returns)
    assert found.open_ended
    assert found.edges[-1] < 0.1
    assert found.counts.sum() == returns.size


@pytest.mark.parametrize("returns", [[], [0.0, 0.0], [0.1], [0.1, 0.1, 0.0]])
def test_histogram_of_nothing_to_tell_apart_is_none(returns):
    assert histogram(np.array(returns, np.float64)) is None


def stepped(frame: str, opens: np.ndarray, closes: list[float], calendar: str) -> list[float | None]:
    """Return the months of holding `closes`, without a fee, from the first close on."""
    price = np.array(closes, np.float64)
    first = np.concatenate((price[:1], price[:-1]))
    columns = {
        "open": first,
        "high": np.maximum(first, price),
        "low": np.minimum(first, price),
        "close": price,
    }
    time = opens.astype("datetime64[ns]").astype(np.int64)
    bars = tw.Bars(time, columns, timeframe=frame, instrument=tw.Instrument("T", calendar=calendar))
    block = {"role": "longEntry", "match": "all", "subConfirmations": [ALWAYS]}
    document = {"id": "hold", "title": "Hold", "decisionBlocks": [block]}
    table = years(material(tw.backtest(document, bars, fee=0.0)))
    return [year.months.get(month) for year in table for month in range(1, 13) if month in year.months]


@pytest.mark.parametrize("calendar", ["24/7", "24/5", "XNYS", "XLON", "XTKS"])
def test_daily_bars_count_in_the_month_of_their_date_on_every_calendar(calendar):
    days = np.arange(np.datetime64("2021-01-04"), np.datetime64("2021-05-01"))
    days = days[np.is_busday(days)]
    # 10 % up at the first close of each month, and nothing else.
    closes = 100 * 1.1 ** (days.astype("datetime64[M]").astype(int) - 12 * 51)
    assert stepped("1d", days, closes.tolist(), calendar) == pytest.approx([0, 0.1, 0.1, 0.1])


@pytest.mark.parametrize("calendar", ["24/7", "XNYS"])
def test_weekly_and_monthly_bars_count_in_the_month_that_they_end_in(calendar):
    weeks = np.datetime64("2019-12-02") + 7 * np.arange(10)
    # The week of 30 December doubles, and closes in January.
    closes = [100.0] * 4 + [200.0] * 6
    assert stepped("1w", weeks, closes, calendar)[:2] == pytest.approx([0, 1])
    quarters = np.array(["2020-01", "2020-04", "2020-07"], "datetime64[M]")
    assert stepped("3M", quarters, [100, 110, 121], calendar) == pytest.approx([0, 0.1, 0.1])


def test_returns_after_ruin_are_those_that_the_metrics_count():
    run = ruined()
    returns = period_returns(material(run))
    assert returns.size == run.manifest["window"]["bars"]
    skew = ((returns - returns.mean()) ** 3).mean() / returns.var() ** 1.5
    assert skew == pytest.approx(run.metrics["skew"], rel=1e-6)
