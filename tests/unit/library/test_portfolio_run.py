"""``tw.portfolio``: what a run shows, what it sums to, and what it refuses."""

import json

import numpy as np
import pandas as pd
import pytest

import tradewright as tw
from tests.factories import flat_bars, make_bars, walk_rows
from tests.unit.engine.test_portfolio_panel import without
from tradewright.core.errors import DataError, InputError, ParameterError, UnknownNameError

SYMBOLS = ("AAPL", "GOOG", "IBM")


def walking(seed, *, rows=200, **instrument):
    return make_bars(walk_rows(np.random.default_rng(seed), rows, 0.02), **instrument)


@pytest.fixture(scope="module")
def series():
    return {"A": walking(1), "B": without(walking(2), *range(40), 77, 78), "C": walking(3)}


@pytest.fixture(scope="module")
def run(series):
    return tw.portfolio("equal_weight", series, params={"rebalance": "week_start"}, fee=0.002)


def test_contributions_sum_to_the_whole_profit(run):
    gain = run.metrics["final_equity"] - run.metrics["initial_cash"]
    assert sum(run.contributions.values()) == pytest.approx(gain, rel=1e-9)
    closed = run.trades.groupby("symbol")["pnl"].sum() if len(run.trades) else {}
    still = run.open_trades.groupby("symbol")["pnl"].sum()
    for symbol, brought in run.contributions.items():
        assert brought == pytest.approx(closed.get(symbol, 0.0) + still.get(symbol, 0.0), rel=1e-9)


def test_weights_are_what_is_held_over_equity(run, series):
    fills, equity = run.fills, run.equity["equity"]
    for symbol in ("A", "B"):
        own = fills[fills["symbol"] == symbol].groupby("time")["quantity"].sum()
        held = own.reindex(equity.index).fillna(0.0).cumsum()
        close = pd.Series(series[symbol].close, pd.to_datetime(series[symbol].time, utc=True))
        wanted = held * close.reindex(equity.index).ffill().fillna(0.0) / equity
        np.testing.assert_allclose(run.weights[symbol], wanted, atol=1e-12)


def test_correlation_is_that_of_pandas_over_shared_rows(run, series):
    closes = {symbol: pd.Series(bars.close, bars.time).pct_change() for symbol, bars in series.items()}
    wanted = pd.DataFrame(closes).corr()
    np.testing.assert_allclose(run.correlation.to_numpy(), wanted.to_numpy(), atol=1e-12)
    assert list(run.correlation.columns) == ["A", "B", "C"]


def test_basket_is_bought_at_the_first_open_and_held(run, series):
    rows = 200
    level = np.zeros(rows)
    for bars in series.values():
        own = pd.Series(bars.close, bars.time).reindex(series["A"].time).ffill()
        opens = bars.open[bars.time > series["A"].time[0]]
        level += (own / opens[0]).fillna(1.0).to_numpy() / 3
    np.testing.assert_allclose(run.basket.to_numpy()[1:], level[1:])
    assert run.metrics["buy_and_hold_return"] == pytest.approx(level[-1] / 1.002 - 1)


def test_orders_that_waited_and_old_marks_are_told(series):
    run = tw.portfolio("equal_weight", series, params={"rebalance": 7}, fee=0.001)
    assert "W_STALE_MARKS" in {said["code"] for said in run.warnings}
    waiting = {"A": flat_bars(1, 1, 1), "B": without(flat_bars(1, 1, 1), 1)}
    run = tw.portfolio("equal_weight", waiting, params={"rebalance": "2020-01-01"}, fee=0.001)
    assert {"code": "W_WAITED", "count": 1}.items() <= run.warnings[0].items()


def test_symbol_that_ended_while_held_is_named(series):
    ended = without(series["A"], *range(150, 200))
    run = tw.portfolio("equal_weight", {"A": ended, "C": series["C"]})
    said = next(said for said in run.warnings if said["code"] == "W_STALE_AT_END")
    assert said["message"].endswith(": A.")


def test_same_question_has_the_same_answer_and_another_has_not(series):
    one, same = (tw.portfolio("equal_weight", series) for _ in range(2))
    other = tw.portfolio("equal_weight", series, max_weight=0.2)
    assert (one.fingerprint, one.result_hash) == (same.fingerprint, same.result_hash)
    assert one.fingerprint != other.fingerprint
    assert one.result_hash != other.result_hash
    assert one.fingerprint != tw.portfolio("equal_weight", {**series, "C": walking(9)}).fingerprint


def test_window_decides_and_measures_from_its_start(series):
    run = tw.portfolio("equal_weight", series, start="2020-03-01", end="2020-05-31")
    assert run.fills["time"].min() == pd.Timestamp("2020-03-02", tz="UTC")
    assert (run.equity.index[0], run.equity.index[-1]) == tuple(
        pd.Timestamp(day, tz="UTC") for day in ("2020-03-01", "2020-05-31")
    )
    assert len(run.weights) == run.facts["bars"] == 92


def test_run_is_plain_data_and_shows_itself(run):
    told = json.loads(json.dumps(run.to_dict(), allow_nan=False))
    assert told["run"]["symbols"] == ["A", "B", "C"]
    assert told["contributions"].keys() == run.contributions.keys()
    assert "Equal weight" in run._repr_html_()
    assert repr(run).startswith("PortfolioRun(equal_weight on 3 symbols 1d: ")


def test_own_strategy_and_its_rules_are_used(series):
    class Short(tw.PortfolioStrategy):
        rules = {"direction": "short", "fee": 0.0}  # noqa: RUF012 - as users write it
        rebalance = 50

        def weights(self, panel, rows, _):
            return np.full((len(rows), len(panel.symbols)), -0.1)

    run = tw.portfolio(Short, series, max_weight=0.05)
    assert set(run.open_trades["side"]) == {"short"}
    assert run.metrics["fees_paid"] == 0
    assert run.counters["capped_weight"] == 12


def constant(*weights, every="bar", **own):
    """Return a strategy that gives the same weights at every decision."""

    class Constant(tw.PortfolioStrategy):
        rules = own
        rebalance = every

        def weights(self, _panel, rows, _):
            return np.tile(np.array(weights), (len(rows), 1))

    return Constant


def test_max_positions_of_a_class_with_weights_is_refused(series):
    with pytest.raises(InputError, match=r"E_PORTFOLIO_RULE.*max_positions"):
        tw.portfolio(constant(0.1, 0.1, 0.1, max_positions=2), series)


def test_weights_beyond_leverage_are_told(series):
    run = tw.portfolio(constant(2.0, 2.0, 0.0, every=50), series)
    said = next(said for said in run.warnings if said["code"] == "W_OVER_WEIGHT")
    assert said["count"] == run.counters["over_weight"] == 4
    assert "W_OVER_WEIGHT" not in {said["code"] for said in tw.portfolio("equal_weight", series).warnings}


def test_equal_weight_does_not_borrow_for_a_hole():
    # B has no bar at the second decision; A must not be given its half.
    prices = [(10, 10, 10, 10)] * 6
    series = {"A": make_bars(prices), "B": without(make_bars(prices), 2)}
    run = tw.portfolio("equal_weight", series, params={"rebalance": 2}, leverage=2.0, fee=0.0)
    assert run.weights.to_numpy()[1:].tolist() == [[0.5, 0.5]] * 5


def test_frame_of_weights_buys_the_symbol_that_it_names(series):
    class Framed(tw.PortfolioStrategy):
        rebalance = "bar"

        def weights(self, panel, rows, _):
            index = pd.to_datetime(panel.time[rows], utc=True)
            return pd.DataFrame({"C": 0.9, "B": 0.0, "A": 0.0}, index=index)

    run = tw.portfolio(Framed, series)
    assert set(run.fills["symbol"]) == {"C"}


def test_events_are_no_fills(series):
    run = tw.portfolio(constant(-0.2, 0.0, 0.0, every=500), series, direction="both", borrow_rate=0.05)
    events = run.fills[run.fills["reason"] == "borrow"]
    assert (events["quantity"] == 0).all()
    assert len(events) == 198
    assert ", 1 fill," in repr(run)


def test_account_in_another_currency_needs_rates_and_uses_them():
    euro, dollar = walking(1, currency="EUR"), walking(2)
    rates = make_bars([(2, 2, 2, 2)] * 100 + [(3, 3, 3, 3)] * 100)
    pair = tw.Bars(rates.time, rates.columns, timeframe="1d", instrument="EUR/USD")
    series = {"E": euro, "D": dollar}
    with pytest.raises(InputError, match=r"E_NO_RATE.*several currencies"):
        tw.portfolio("equal_weight", series)
    with pytest.raises(InputError, match="E_NO_RATE"):
        tw.portfolio("equal_weight", series, currency="USD")
    once = {"rebalance": ["2020-01-05"]}
    run = tw.portfolio("equal_weight", series, params=once, currency="USD", rates={"EUR": pair}, fee=0.0)
    bought = run.fills[run.fills["symbol"] == "E"].iloc[0]
    assert bought["quantity"] == pytest.approx(5_000 / (bought["reference"] * 2))
    gain = bought["quantity"] * (euro.close[-1] * 3 - bought["price"] * 2)
    assert run.contributions["E"] == pytest.approx(gain)
    assert sum(run.contributions.values()) == pytest.approx(run.metrics["final_equity"] - 10_000)


def test_folder_of_files_is_a_panel(tmp_path):
    for seed, symbol in enumerate(SYMBOLS):
        walking(seed, rows=30).to_pandas().to_csv(tmp_path / f"{symbol}_1d.csv")
    panel = tw.load_panel(tmp_path, calendar="XNYS")
    assert panel.symbols == SYMBOLS
    assert panel.calendar.id == "XNYS"
    assert tw.portfolio("equal_weight", tmp_path).symbols == SYMBOLS
    named = {"apple": tmp_path / "AAPL_1d.csv", "IBM": str(tmp_path / "IBM_1d.csv")}
    assert tw.portfolio("equal_weight", named).symbols == ("apple", "IBM")


def test_strategy_in_a_file_is_found(tmp_path, series):
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\nimport tradewright as tw\n\n\nclass Half(tw.PortfolioStrategy):\n"
        "    def weights(self, panel, rows, p):\n"
        "        return np.full((len(rows), len(panel.symbols)), 0.5 / len(panel.symbols))\n"
    )
    run = tw.portfolio(f"{file}:Half", series)
    assert run.facts["strategy"] == "half"


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"stop_loss": 2}, InputError, "E_PORTFOLIO_RULE"),
        ({"min_trade": 1.5}, ParameterError, "min_trade"),
        ({"max_wieght": 0.5}, UnknownNameError, "E_PARAMETER_NAME"),
        ({"params": {"rebalance": "monthly"}}, UnknownNameError, "E_RHYTHM"),
        ({"start": "2020-07-18"}, DataError, "E_TOO_FEW_BARS"),
        ({"start": "2031-01-01"}, InputError, "E_RANGE"),
        ({"leverage": 0}, ParameterError, "leverage"),
        ({"max_positions": 10}, InputError, "E_PORTFOLIO_RULE.*slots of ranked signals"),
        ({"intrabar": "path"}, InputError, "E_PORTFOLIO_RULE.*intrabar"),
        ({"intrabar": "magnified"}, InputError, "E_PORTFOLIO_RULE.*intrabar"),
        ({"benchmark": 5}, InputError, "E_BARS.*benchmark is a int"),
        ({"rates": {"EUR": 1.1}}, InputError, "E_BARS"),
    ],
)
def test_what_makes_no_sense_is_refused(series, asked, error, told):
    with pytest.raises(error, match=told):
        tw.portfolio("equal_weight", series, **asked)


def test_cards_list_what_is_built_in():
    ids = [card["id"] for card in tw.list_portfolio_strategies()]
    assert ids == ["equal_weight", "momentum_rotation", "pairs_spread"]
