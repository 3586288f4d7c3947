"""A second portfolio engine in plain Python, written after the rules of docs/concepts/portfolio.md."""

import math
from collections import Counter
from dataclasses import dataclass, field

from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import PortfolioLimits, RankedSignals, TargetWeights
from tradewright.engine.rules import Rules

YEAR_NS = 365 * 86_400 * 10**9
NAN = math.nan


def equal(a, b, tolerance):
    return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b)) < math.inf


def below(a, b, tolerance):
    return a < b and not equal(a, b, tolerance)


def above(a, b, tolerance):
    return a > b and not equal(a, b, tolerance)


def floored(quantity, lot):
    return lot * math.floor(quantity / lot + 1e-9) if lot > 0 else quantity


@dataclass
class Fill:
    row: int
    symbol: int
    quantity: float
    price: float
    reference: float
    fee: float
    reason: str
    moment: str
    unit: float
    decided: int
    flow: float = 0.0


@dataclass
class Order:
    weight: float
    decided: int
    reason: str


@dataclass
class Reference:
    """One run; `run` fills `equity`, `fills` and `counts`."""

    panel: Panel
    decisions: TargetWeights | RankedSignals
    rules: Rules
    limits: PortfolioLimits
    start: int
    rates: list
    equity: list = field(default_factory=list)
    fills: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.series = list(self.panel.series.values())
        self.n = len(self.series)
        self.cash = self.rules.cash
        self.held = [0.0] * self.n
        self.orders = [None] * self.n
        self.last_decided = [0] * self.n
        self.bars = [{int(t): i for i, t in enumerate(bars.time)} for bars in self.series]
        self.ended, self.liquidated = False, 0.0
        self.shorts, self.longs = self.rules.direction != "long", self.rules.direction != "short"

    def bar(self, s, t):
        """Number of the symbol's bar at row t, None when it is stale."""
        return self.bars[s].get(int(self.panel.time[t]))

    def mark(self, s, t):
        """Last close by row t, None before the first bar."""
        before = [i for i in range(t + 1) if self.bar(s, i) is not None]
        return float(self.series[s].close[self.bar(s, before[-1])]) if before else None

    def at_open(self, s, t):
        i = self.bar(s, t)
        return float(self.series[s].open[i]) if i is not None else self.mark(s, t)

    def unit(self, s, t, closing=False):
        pair = self.rates[s]
        return self.series[s].instrument.multiplier * (1.0 if pair is None else float(pair[closing][t]))

    def worth(self, price, t, closing=False):
        """Equity at ``price(s)``."""
        total = self.cash
        for s in range(self.n):
            if self.held[s]:
                total += self.held[s] * price(s) * self.unit(s, t, closing)
        return total

    def gross(self, price, t):
        total = 0.0
        for s in range(self.n):
            if self.held[s]:
                total += abs(self.held[s]) * price(s) * self.unit(s, t)
        return total

    def taker(self, s, price, side):
        r, own = self.rules, self.series[s].instrument
        if not r.slippage_ticks:
            return max(0.0, price * (1 + side * r.slippage) + side * r.half_spread)
        worse = price * r.slippage + r.half_spread + r.slippage_ticks * own.tick
        return max(0.0, price + side * worse)

    def fee(self, s, quantity, price, unit):
        r = self.rules
        share = abs(quantity * unit) * price * r.fee
        if not (r.fee_per_unit or r.fee_per_order or r.fee_minimum):
            return share
        rate = unit / self.series[s].instrument.multiplier
        fee = share + abs(quantity) * (r.fee_per_unit * rate) + r.fee_per_order * rate
        return max(r.fee_minimum * rate, fee) if r.fee_minimum > 0 else fee

    def affordable(self, s, money, price, unit):
        """All-in formula of 5.1 for the sum that is there."""
        r = self.rules
        most = money / (price * unit * (1 + r.leverage * r.fee))
        if not (r.fee_per_unit or r.fee_per_order or r.fee_minimum) or not most > 0:
            return most
        least = 0.0
        for _ in range(60):
            quantity = (least + most) / 2
            paid = quantity * unit * price + r.leverage * max(0.0, self.fee(s, quantity, price, unit))
            least, most = (quantity, most) if paid <= money else (least, quantity)
        return least

    def fill(self, s, t, quantity, reference, reason, *, moment="open", decided=None):
        price = self.taker(s, reference, 1 if quantity > 0 else -1)
        unit = self.unit(s, t, closing=moment == "close")
        fee = self.fee(s, quantity, price, unit)
        decided = self.last_decided[s] if decided is None else decided
        self.fills.append(Fill(t, s, quantity, price, reference, fee, reason, moment, unit, decided))
        self.cash -= quantity * unit * price + fee
        self.held[s] += quantity

    def order(self, s, weight, t, reason):
        if self.orders[s] is not None and self.orders[s].reason == "liquidation":
            return 0.0
        if (weight > 0 and not self.longs) or (weight < 0 and not self.shorts):
            self.counts["excluded_side"] += 1
            weight = 0.0
        most = self.limits.max_weight
        if most is not None and abs(weight) > most:
            self.counts["capped_weight"] += 1
            weight = math.copysign(most, weight)
        if weight == 0 and self.held[s] == 0:
            self.orders[s] = None
            return 0.0
        self.orders[s] = Order(weight, t, reason)
        self.last_decided[s] = t
        return abs(weight)

    def decided(self, asked):
        """Count a decision that asks for more than leverage, unless max_exposure keeps it below."""
        most = self.limits.max_exposure
        if most is not None and most <= self.rules.leverage:
            return
        self.counts["over_weight"] += above(asked, self.rules.leverage, self.rules.tie_tolerance)

    def flag(self, name, s, t):
        table = getattr(self.decisions, name)
        return table is not None and bool(table[t, s])

    def ranked(self, t):
        here = [s for s in range(self.n) if self.bar(s, t) is not None]
        for s in here:
            side = "long" if self.held[s] > 0 else "short"
            if self.held[s] and self.flag(f"{side}_exit", s, t):
                self.order(s, 0.0, t, "signal")
        taken = sum(
            (self.held[s] != 0 and self.orders[s] is None)
            or (self.orders[s] is not None and self.orders[s].weight != 0)
            for s in range(self.n)
        )
        candidates = []
        for s in here:
            long = self.longs and self.flag("long_entry", s, t)
            short = self.shorts and self.flag("short_entry", s, t)
            self.counts["conflicting_entries"] += long and short
            score = 0.0 if self.decisions.score is None else float(self.decisions.score[t, s])
            weight = 1.0 / self.limits.max_positions
            if self.decisions.weight is not None:
                weight = float(self.decisions.weight[t, s])
            flat = self.held[s] == 0 and self.orders[s] is None
            if flat and long != short and not math.isnan(score) and weight > 0:
                candidates.append((s, score, weight if long else -weight))
        asked = 0.0
        for _ in range(self.limits.max_positions - taken):
            if not candidates:
                break
            best = candidates[0]
            for other in candidates[1:]:
                if above(other[1], best[1], self.rules.tie_tolerance):
                    best = other
            candidates.remove(best)
            asked += self.order(best[0], best[2], t, "signal")
        self.decided(asked)
        self.counts["no_slot"] += len(candidates)

    def batch(self, t):
        due = []
        for s in range(self.n):
            if self.orders[s] is None:
                continue
            if self.bar(s, t) is None:
                self.counts["waited"] += self.orders[s].decided == t - 1
            else:
                due.append(s)
        if not due:
            return
        price, tie = (lambda s: self.at_open(s, t)), self.rules.tie_tolerance
        equity = self.worth(price, t)
        factor = self.exposure_factor(due, equity, price, t)
        wants = []
        for s in due:
            order, unit = self.orders[s], self.unit(s, t)
            self.orders[s] = None
            if math.isnan(unit):
                self.counts["no_rate"] += 1
                continue
            wanted = self.reduced(s, t, order, (equity, factor, tie))
            if wanted > 0:
                wants.append((s, order, wanted))
        self.increase(wants, price, t, tie)

    def exposure_factor(self, due, equity, price, t):
        if self.limits.max_exposure is None:
            return 1.0
        asked = sum((abs(self.orders[s].weight) * equity for s in due), 0.0)
        others = sum(
            (
                abs(self.held[s]) * price(s) * self.unit(s, t)
                for s in range(self.n)
                if s not in due and self.held[s]
            ),
            0.0,
        )
        room = max(0.0, self.limits.max_exposure * equity - others)
        if asked > room:
            self.counts["capped_exposure"] += 1
            return room / asked
        return 1.0

    def reduced(self, s, t, order, known):
        equity, factor, tie = known
        price, unit, own = self.at_open(s, t), self.unit(s, t), self.series[s].instrument
        target = max(0.0, (abs(order.weight) * factor * equity) / (price * unit))
        side = 1 if order.weight > 0 else -1
        drift = abs(side * target - self.held[s]) * price * unit
        if order.weight != 0 and below(drift, self.limits.min_trade * equity, tie):
            self.counts["small_change"] += 1
            return 0.0
        if self.held[s] and (target == 0 or (self.held[s] > 0) != (side > 0)):
            reason = {"weights": "rebalance"}.get(order.reason, order.reason)
            self.fill(s, t, -self.held[s], price, reason, decided=order.decided)
            return target
        size = abs(self.held[s])
        if target >= size:
            return target - size
        quantity = floored(size - target, own.lot)
        least = quantity * self.taker(s, price, -side) * own.multiplier
        if not quantity > 0 or below(least, own.minimum_notional, tie):
            self.counts["below_minimum"] += not equal(size, target, tie)
            return 0.0
        self.fill(s, t, -side * quantity, price, "rebalance", decided=order.decided)
        return 0.0

    def increase(self, wants, price, t, tie):
        free = self.rules.leverage * self.worth(price, t) - self.gross(price, t)
        costs = []
        for s, order, wanted in wants:
            unit, side = self.unit(s, t), 1 if order.weight > 0 else -1
            at = self.taker(s, price(s), side)
            fee = max(0.0, self.fee(s, wanted, at, unit))
            costs.append(abs(wanted * unit) * at + self.rules.leverage * fee)
        total = sum(costs, 0.0)
        self.counts["scaled"] += bool(wants) and total > free
        if free <= 0:
            return
        for (s, order, wanted), cost in zip(wants, costs, strict=True):
            own, unit, side = self.series[s].instrument, self.unit(s, t), 1 if order.weight > 0 else -1
            if self.taker(s, price(s), -1) <= 0:
                self.counts["invalid_stop"] += 1
                continue
            at = self.taker(s, price(s), side)
            quantity = (
                min(wanted, self.affordable(s, free * (cost / total), at, unit)) if total > free else wanted
            )
            quantity = floored(quantity, own.lot)
            if not quantity > 0 or below(quantity * at * own.multiplier, own.minimum_notional, tie):
                self.counts["below_minimum"] += 1
                continue
            reason = "entry" if self.held[s] == 0 else "rebalance"
            self.fill(s, t, side * quantity, price(s), reason, decided=order.decided)

    def borrow(self, t):
        price = [self.at_open(s, t) for s in range(self.n)]
        elapsed = int(self.panel.time[t]) - int(self.panel.time[t - 1])
        gross, negative = self.gross(lambda s: price[s], t), max(0.0, -self.cash)
        for s in range(self.n):
            if not self.held[s]:
                continue
            value = abs(self.held[s]) * price[s] * self.unit(s, t)
            lent = value if self.held[s] < 0 else 0.0
            owed = self.rules.borrow_rate * elapsed / YEAR_NS * (lent + negative * (value / gross))
            if owed > 0:
                event = Fill(
                    t,
                    s,
                    0.0,
                    price[s],
                    price[s],
                    0.0,
                    "borrow",
                    "open",
                    self.unit(s, t),
                    self.last_decided[s],
                )
                event.flow = -owed
                self.fills.append(event)
                self.cash -= owed

    def gone(self, price, t):
        kept = self.rules.maintenance_margin * self.gross(price, t)
        equity = self.worth(price, t)
        return equity <= kept or equal(equity, kept, self.rules.tie_tolerance)

    def margin(self, price, t):
        return self.worth(price, t) - self.rules.maintenance_margin * self.gross(price, t)

    def extreme(self, s, t):
        i = self.bar(s, t)
        if i is None:
            return self.mark(s, t)
        return float(self.series[s].low[i] if self.held[s] > 0 else self.series[s].high[i])

    def liquidate(self, price, t, moment):
        self.liquidated = self.gross(price, t)
        at = {s: price(s) for s in range(self.n) if self.held[s]}
        self.orders = [None] * self.n
        for s, level in at.items():
            if self.bar(s, t) is None:
                self.orders[s] = Order(0.0, t, "liquidation")
                self.last_decided[s] = t
            else:
                self.fill(s, t, -self.held[s], level, "liquidation", moment=moment)
        self.settle()

    def settle(self):
        if self.liquidated > 0 and not any(self.held):
            self.ended = self.cash <= 1e-11 * self.liquidated
            self.liquidated = 0.0

    def inside(self, t):
        opens, extremes = (lambda s: self.at_open(s, t)), (lambda s: self.extreme(s, t))
        if not self.gone(extremes, t):
            return
        before, after = self.margin(opens, t), self.margin(extremes, t)
        share = before / (before - after) if before > 0 else 0.0
        way = {
            s: extremes(s)
            if share == 1.0 or self.bar(s, t) is None
            else opens(s) + share * (extremes(s) - opens(s))
            for s in range(self.n)
            if self.held[s]
        }
        self.liquidate(lambda s: way[s], t, "inside")

    def run(self):
        ruinable = self.shorts or self.rules.leverage > 1
        for t in range(self.start, len(self.panel)):
            if self.ended:
                self.equity.append(self.cash)
                continue
            self.counts["stale_marks"] += sum(
                self.held[s] != 0 and self.bar(s, t) is None for s in range(self.n)
            )
            if any(self.held) and self.rules.borrow_rate > 0 and t > 0:
                self.borrow(t)
            if ruinable and any(self.held) and self.gone(lambda s, t=t: self.at_open(s, t), t):
                self.liquidate(lambda s, t=t: self.at_open(s, t), t, "open")
            self.batch(t)
            self.settle()
            if ruinable and any(self.held):
                self.inside(t)
            self.at_close(t)
            self.equity.append(self.worth(lambda s, t=t: self.mark(s, t), t, closing=True))
        if not self.ended:
            self.counts["cancelled_at_end"] += sum(order is not None for order in self.orders)
        return self

    def at_close(self, t):
        if not (self.rules.close_at_end and t == len(self.panel) - 1):
            if not self.ended:
                self.decide(t)
            return
        for s in range(self.n):
            if self.held[s] and self.bar(s, t) is not None:
                self.fill(s, t, -self.held[s], self.mark(s, t), "end_of_data", moment="close")

    def decide(self, t):
        if isinstance(self.decisions, RankedSignals):
            self.ranked(t)
            return
        for row, weights in zip(self.decisions.rows, self.decisions.weights, strict=True):
            if row == t:
                known = [pair for pair in enumerate(weights.tolist()) if not math.isnan(pair[1])]
                self.decided(sum((self.order(s, weight, t, "weights") for s, weight in known), 0.0))


def as_table(fills):
    """Return fills as rows that compare with those of the engine."""
    return [
        (
            f.row,
            f.symbol,
            f.quantity,
            f.price,
            f.reference,
            f.fee,
            f.reason,
            f.moment,
            f.unit,
            f.decided,
            f.flow,
        )
        for f in fills
    ]


def rows_of(simulation):
    """Return the engine's fills in the same form."""
    from tradewright.engine.types import REASONS

    moments = ("open", "inside", "close")
    return [
        (
            int(f["bar"]), int(f["instrument"]), float(f["quantity"]), float(f["price"]),
            float(f["reference"]), float(f["fee"]), REASONS[f["reason"]], moments[f["moment"]],
            float(f["unit"]), int(f["decided"]), float(f["flow"]),
        )
        for f in simulation.fills
    ]  # fmt: skip
