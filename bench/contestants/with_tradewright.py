"""Ours, through the public face; the metrics are part of every run."""

from typing import Any

import our_sweeps
from our_bars import bars_of
from protocol import CASH, FAST, FEE, RATE, SLOW, STOP, TARGET, UNITS, Outcome, Run, Unable, answer
from sweeps import spread_windows

import tradewright as tw

RULES: Any = {"cash": CASH, "fee": FEE}
FIXED: Any = {"cash": CASH, "fee": RATE, "sizing": f"quantity:{UNITS}"}
BRACKETS: Any = {"stop_loss": STOP * 100, "take_profit": TARGET * 100}


class CrossEntries(tw.Strategy):
    """W3: enter on the cross, leave by stop or target only."""

    def signals(self, bars: tw.Bars, p: Any) -> tw.Signals:  # noqa: ARG002 - the shape of a strategy
        """Return entries where the fast average crosses the slow one from below."""
        fast, slow = tw.indicator("sma", bars, period=FAST), tw.indicator("sma", bars, period=SLOW)
        return tw.Signals(long_entry=tw.crosses_above(fast, slow))


def cross_events() -> Any:
    """W5: return the strategy that is called at each bar."""

    class Cross(tw.EventStrategy):
        """Buy when the fast average has come above the slow one, leave when it is below."""

        def init(self) -> None:
            """Ask for the two averages."""
            self.fast = self.indicator("sma", period=FAST)
            self.slow = self.indicator("sma", period=SLOW)
            self.was_below: bool | None = None

        def on_bar(self, ctx: Any) -> None:
            """Look at the two averages of this bar; before they are known, no comparison holds."""
            if ctx.fast > ctx.slow:
                if self.was_below:
                    ctx.buy()
                self.was_below = False
            elif ctx.fast <= ctx.slow:
                if self.was_below is False:
                    ctx.exit()
                self.was_below = True

    return Cross


BUY, EXIT = tw.BUY, tw.EXIT


class CrossCompiled(tw.EventStrategy):
    """W5, compiled: the same decisions, with its memory in `state`: 1 above, -1 below, 0 not known yet."""

    def init(self) -> None:
        """Ask for the two averages."""
        self.fast = self.indicator("sma", period=FAST)
        self.slow = self.indicator("sma", period=SLOW)

    @tw.compiled
    def on_bar(past: Any, position: float, state: Any) -> int:  # noqa: ARG002, N805 - compiled: no self
        """Look at the two averages of this bar; before they are known, no comparison holds."""
        before = state[0]
        if past[0, -1] > past[1, -1]:
            state[0] = 1.0
            return BUY if before < 0 else 0
        if past[0, -1] <= past[1, -1]:
            state[0] = -1.0
            return EXIT if before > 0 else 0
        return 0


def events_compiled(arrays: dict[str, Any]) -> Run:
    bars = bars_of(arrays, "1h", "GBM")
    return lambda: outcome(tw.backtest(CrossCompiled, bars, **FIXED))


def single(arrays: dict[str, Any]) -> Run:
    bars = bars_of(arrays, "1m", "WALK")
    return lambda: outcome(tw.backtest("ma_crossover", bars, params={"fast": 20, "slow": 50}, **RULES))


def brackets(arrays: dict[str, Any]) -> Run:
    bars = bars_of(arrays, "1h", "GBM")
    return lambda: outcome(tw.backtest(CrossEntries, bars, **FIXED, **BRACKETS))


def portfolio(universe: dict[str, Any]) -> Run:
    needed("portfolio")
    bars = {symbol: bars_of(arrays, "1d", symbol) for symbol, arrays in universe.items()}

    def run() -> Outcome:
        found = tw.portfolio("equal_weight", bars, params={"rebalance": "month_start"}, cash=CASH, fee=RATE)
        return Outcome(found.metrics["final_equity"], len(found.fills))

    return run


def events(**levels: float) -> Any:
    def prepare(arrays: dict[str, Any]) -> Run:
        needed("EventStrategy")
        bars, strategy = bars_of(arrays, "1h", "GBM"), cross_events()
        return lambda: outcome(tw.backtest(strategy, bars, **FIXED, **levels))

    return prepare


def needed(name: str) -> None:
    """Say that a part of the public face is not built yet, instead of failing on it."""
    if not hasattr(tw, name):
        raise Unable(f"not yet: this version has no tw.{name}")


def outcome(run: Any) -> Outcome:
    return Outcome(float(run.metrics["final_equity"]), int(run.metrics["trades"]))


def cold(path: str) -> None:
    print(tw.backtest("ma_crossover", path, params={"fast": 20, "slow": 50}, **RULES).metrics)


if __name__ == "__main__":
    answer(
        {
            "single": single,
            "brackets": brackets,
            "portfolio": portfolio,
            "events": events(),
            "events_brackets": events(**BRACKETS),
            "events_compiled": events_compiled,
            "sweep_pairs": our_sweeps.pairs(),
            "sweep_pairs_spread": our_sweeps.pairs(spread_windows),
            "sweep_pairs_short": our_sweeps.pairs(direction="short"),
            "sweep_pairs_both": our_sweeps.pairs(direction="both"),
            "sweep_pairs_stop": our_sweeps.pairs(stop_loss=2),
            "sweep_pairs_trailing": our_sweeps.pairs(trailing=2),
            "sweep_pairs_risk": our_sweeps.pairs(stop_loss=2, sizing="risk:0.01"),
            "sweep_brackets": our_sweeps.brackets,
            "sweep_rules": our_sweeps.rules,
        },
        cold,
    )
