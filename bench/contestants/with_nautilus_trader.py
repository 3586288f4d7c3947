"""nautilus_trader: messages through its event bus; a market order of `on_bar` fills at that close."""

from decimal import Decimal

import pandas as pd
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig, RiskEngineConfig
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, AssetClass, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import Cfd
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy
from protocol import CASH, FAST, RATE, SLOW, STOP, TARGET, UNITS, Outcome, answer
from series import DECIMALS, NAMES, month_starts
from sweeps import SHOWN_BRACKETS, SHOWN_PAIRS, every_bracket, every_pair, one_by_one

VENUE = Venue("SIM")
# It knows no fractions without a finest step; the other contestants do.
SIZE_DECIMALS = 6


class Cross(Strategy):
    """W3, W5 to W7: buy the cross, with or without a stop and a target, with or without leaving below."""

    def __init__(self, markets, *, periods=(FAST, SLOW), leaves=True, levels=None, all_in=False):
        super().__init__()
        ((self.instrument, self.bar_type),) = markets
        self.leaves, self.levels, self.all_in = leaves, levels, all_in
        self.fast, self.slow = (SimpleMovingAverage(n) for n in periods)
        self.units = self.instrument.make_qty(UNITS)
        self.was_below = False

    def on_start(self):
        """Have the averages fed before each call."""
        self.register_indicator_for_bars(self.bar_type, self.fast)
        self.register_indicator_for_bars(self.bar_type, self.slow)
        self.subscribe_bars(self.bar_type)

    def on_bar(self, bar):
        """Look at the two averages of this bar."""
        if not self.slow.initialized:
            return
        if self.fast.value > self.slow.value:
            if self.was_below and self.portfolio.is_flat(self.instrument.id):
                self.enter(bar.close.as_double())
            self.was_below = False
        else:
            if self.leaves and not self.was_below and self.portfolio.is_net_long(self.instrument.id):
                self.cancel_all_orders(self.instrument.id)
                self.close_all_positions(self.instrument.id)
            self.was_below = True

    def enter(self, close):
        """Buy at the market, with the two exits attached where asked for."""
        if not self.levels:
            units = self.most(close) if self.all_in else self.units
            self.submit_order(self.order_factory.market(self.instrument.id, OrderSide.BUY, units))
            return
        stop, target = self.levels
        orders = self.order_factory.bracket(
            instrument_id=self.instrument.id,
            order_side=OrderSide.BUY,
            quantity=self.units,
            sl_trigger_price=self.instrument.make_price(close * (1 - stop)),
            tp_price=self.instrument.make_price(close * (1 + target)),
        )
        self.submit_order_list(orders)

    def most(self, close):
        """Return the quantity that the account pays for, fee included."""
        return self.instrument.make_qty(worth(self.portfolio) / (close * (1 + RATE)))


class EqualWeight(Strategy):
    """W4: bring each symbol to its share once all closes of a month's first day are in, sales first."""

    def __init__(self, markets, days):
        super().__init__()
        self.markets = {instrument.id: (instrument, bar_type) for instrument, bar_type in markets}
        self.days = days
        self.closes = {}

    def on_start(self):
        """Ask for the bars of all."""
        for _, bar_type in self.markets.values():
            self.subscribe_bars(bar_type)

    def on_bar(self, bar):
        """Collect the closes of a day to trade on."""
        if bar.ts_event not in self.days:
            return
        self.closes[bar.bar_type.instrument_id] = bar.close.as_double()
        if len(self.closes) == len(self.markets):
            self.rebalance()
            self.closes.clear()

    def rebalance(self):
        """Send an order for each difference that is not under the finest step."""
        share = worth(self.portfolio) / len(self.markets)
        changes = {
            at: share - float(self.portfolio.net_position(at)) * close for at, close in self.closes.items()
        }
        for at in sorted(changes, key=changes.get):
            units = round(abs(changes[at]) / self.closes[at], SIZE_DECIMALS)
            if units:
                side = OrderSide.BUY if changes[at] > 0 else OrderSide.SELL
                quantity = self.markets[at][0].make_qty(units)
                self.submit_order(self.order_factory.market(at, side, quantity))


def worth(portfolio):
    """Return the balance with what the open positions have won; positions themselves are not paid for."""
    won = portfolio.unrealized_pnls(VENUE).get(USD)
    return portfolio.account(VENUE).balance_total(USD).as_double() + (won.as_double() if won else 0.0)


def market(symbol, rhythm):
    """Return an instrument and the type of its bars."""
    at = InstrumentId(Symbol(symbol), VENUE)
    instrument = Cfd(
        instrument_id=at,
        raw_symbol=at.symbol,
        asset_class=AssetClass.EQUITY,
        quote_currency=USD,
        price_precision=DECIMALS,
        size_precision=SIZE_DECIMALS,
        price_increment=Price(10**-DECIMALS, DECIMALS),
        size_increment=Quantity(10**-SIZE_DECIMALS, SIZE_DECIMALS),
        ts_event=0,
        ts_init=0,
        maker_fee=Decimal(str(RATE)),
        taker_fee=Decimal(str(RATE)),
    )
    return instrument, BarType.from_str(f"{at}-{rhythm}-LAST-EXTERNAL")


def loaded(universe, rhythm):
    """Return an engine with the bars, and the markets."""
    config = BacktestEngineConfig(
        logging=LoggingConfig(bypass_logging=True),
        # By default the 101st order of a second is refused; a rebalancing sends one for each symbol.
        risk_engine=RiskEngineConfig(max_order_submit_rate="10000/00:00:01"),
        run_analysis=False,
    )
    engine = BacktestEngine(config=config)
    engine.add_venue(VENUE, OmsType.NETTING, AccountType.MARGIN, [Money(CASH, USD)], base_currency=USD)
    markets, bars = [], []
    for symbol, arrays in universe.items():
        instrument, bar_type = market(symbol, rhythm)
        frame = pd.DataFrame({name: arrays[name] for name in NAMES}, index=pd.to_datetime(arrays["time"]))
        engine.add_instrument(instrument)
        bars += BarDataWrangler(bar_type, instrument).process(frame)
        markets.append((instrument, bar_type))
    engine.add_data(sorted(bars, key=lambda bar: bar.ts_init), validate=False)
    return engine, markets


def runner(engine, make, count):
    """Return a function that runs once; `count` says what of a cache to count."""

    def run():
        engine.reset()
        engine.trader.clear_strategies()
        engine.add_strategy(make())
        engine.run()
        return Outcome(worth(engine.portfolio), count(engine.cache))

    return run


def events(**options):
    def prepare(arrays):
        engine, markets = loaded({"GBM": arrays}, "1-HOUR")
        return runner(engine, lambda: Cross(markets, **options), round_trips)

    return prepare


def sweep_pairs(series):
    engine, markets = loaded({"GBM": series.bars}, "1-HOUR")

    def run(*periods):
        return runner(engine, lambda: Cross(markets, periods=periods, all_in=True), round_trips)()

    return one_by_one(every_pair(series.size), SHOWN_PAIRS, 10, run)


def sweep_brackets(series):
    engine, markets = loaded({"GBM": series.bars}, "1-HOUR")

    def run(stop, target):
        levels = (stop / 100, target / 100)
        return runner(engine, lambda: Cross(markets, leaves=False, levels=levels), round_trips)()

    return one_by_one(every_bracket(), SHOWN_BRACKETS, 5, run)


def round_trips(cache):
    """Count sales; the closed positions before the last are one netted position to the cache."""
    return sum(order.is_sell and order.filled_qty > 0 for order in cache.orders_closed())


def portfolio(universe):
    engine, markets = loaded(universe, "1-DAY")
    time = next(iter(universe.values()))["time"]
    days = set(time[month_starts(time)].tolist())
    return runner(
        engine,
        lambda: EqualWeight(markets, days),
        lambda cache: sum(order.filled_qty > 0 for order in cache.orders()),
    )


if __name__ == "__main__":
    answer(
        {
            "brackets": events(leaves=False, levels=(STOP, TARGET)),
            "portfolio": portfolio,
            "events": events(),
            "events_brackets": events(levels=(STOP, TARGET)),
            "sweep_pairs": sweep_pairs,
            "sweep_brackets": sweep_brackets,
        }
    )
