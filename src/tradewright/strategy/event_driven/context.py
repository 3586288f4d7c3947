"""What an event-driven strategy sees and orders at one close."""

import math
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.engine.rules import Rules
from tradewright.kernels.ties import above as is_above
from tradewright.strategy.event_driven.handles import Handle, values_of

PRICES = ("open", "high", "low", "close", "volume")


class Wish(NamedTuple):
    """An entry that was asked for."""

    side: int
    quantity: float | None
    limit: float | None
    stop: float | None
    lifetime: int | None
    stop_loss: float | None
    take_profit: float | None

    @property
    def rests(self) -> bool:
        """True when it waits for a price."""
        return self.limit is not None or self.stop is not None


class Context:
    """The bar whose close is now, the account after it, and the orders that go out from it.

    Every column that the strategy made in ``init`` is an attribute under its name: ``ctx.fast``. Nothing
    here reaches beyond the bar.

    Attributes
    ----------
    i
        Index of the bar.
    position
        Units held, below 0 for a short.
    entry_price
        Average price of the position; NaN when flat.
    cash
        Account currency.
    """

    _own: ClassVar[dict[str, npt.NDArray[np.float64]]] = {}

    def __init__(self, bars: Bars, rules: Rules, equity: npt.NDArray[np.float64], start: int) -> None:
        self.i = start
        self.position = 0.0
        self.entry_price = math.nan
        self.cash = rules.cash
        self.asked = False
        self.closes = False
        self.cancels = False
        self.wishes: list[Wish] = []
        self._bars, self._rules = bars, rules
        self._equity, self._start = equity.data, start
        self._tolerance = rules.tie_tolerance
        self._columns: dict[str, npt.NDArray[np.float64]] = {name: bars.columns[name] for name in PRICES}
        self._columns |= self._own

    # ------------------------------------------------------------------ what there is to see

    @property
    def time(self) -> np.datetime64:
        """When the bar closed, UTC."""
        return np.datetime64(int(self._bars.close_time[self.i]), "ns")

    @property
    def side(self) -> int:
        """1 when long, -1 when short, 0 when flat."""
        return (self.position > 0) - (self.position < 0)

    @property
    def equity(self) -> float:
        """Account currency, marked at this close."""
        return self._equity[self.i - self._start]

    def history(self, column: str, bars: int) -> npt.NDArray[np.float64]:
        """Return the last values of a price or column, the newest last; fewer where there are no more.

        Parameters
        ----------
        column
            ``open high low close volume``, or a column of the strategy.
        bars
            How many.
        """
        values = self._columns.get(column)
        if values is None:
            raise InputError(
                "E_COLUMN",
                f"there is no column '{column}'.",
                fix=f"There are {', '.join(self._columns)}.",
                details={"column": column, "columns": list(self._columns)},
            )
        return values[max(0, self.i + 1 - bars) : self.i + 1].copy()

    def above(self, a: float, b: float) -> bool:
        """Say whether `a` is greater than `b` and not equal by the tie rule (engine.md 2.2)."""
        return bool(is_above(a, b, self._tolerance))

    # ------------------------------------------------------------------ what there is to do

    def buy(self, quantity: float | None = None, **order: Any) -> None:
        """Enter long, or add to a long: at the next open, or where an order rests.

        Parameters
        ----------
        quantity
            Units; by default the rules size it (under ``size_on=decision`` as a market order). Never more
            than the account allows.
        limit, stop
            Prices to rest at; both together are a stop-limit.
        lifetime
            Bars that a resting order lives, 1 by default; None for until it is replaced.
        stop_loss, take_profit
            Prices for this entry; the rules must say ``{"unit": "column"}`` for them.
        """
        self._enter(1, quantity, order)

    def sell(self, quantity: float | None = None, **order: Any) -> None:
        """Enter short, or add to a short; else as :meth:`buy`."""
        self._enter(-1, quantity, order)

    def exit(self) -> None:
        """Close the position at the next open; nothing when flat."""
        self.asked = self.closes = True

    def cancel(self) -> None:
        """Cancel every entry that waits."""
        self.asked = self.cancels = True

    # ------------------------------------------------------------------ behind it

    def _enter(self, side: int, quantity: float | None, order: dict[str, Any]) -> None:
        patient = "lifetime" in order
        wish = Wish(
            side,
            _price(quantity, "quantity"),
            _price(order.pop("limit", None), "limit"),
            _price(order.pop("stop", None), "stop"),
            _bars(order.pop("lifetime", 1)),
            _price(order.pop("stop_loss", None), "stop_loss"),
            _price(order.pop("take_profit", None), "take_profit"),
        )
        if order:
            raise InputError(
                "E_ORDER",
                f"an order has no '{next(iter(order))}'.",
                fix="It has quantity, limit, stop, lifetime, stop_loss and take_profit.",
            )
        if patient and not wish.rests:
            raise InputError(
                "E_ORDER",
                "lifetime is of an order that rests, and this one fills at the next open.",
                fix="Give it a limit or a stop, or leave lifetime out.",
            )
        self._require_possible(wish)
        self.wishes.append(wish)
        self.asked = True

    def _require_possible(self, wish: Wish) -> None:
        verb, side = ("buy", "long") if wish.side > 0 else ("sell", "short")
        if self._rules.direction not in {side, "both"}:
            raise InputError(
                "E_ORDER",
                f"{verb} opens a {side}, and direction is {self._rules.direction}.",
                fix='Use exit() to leave a position, or set rules = {"direction": "both"}.',
            )
        if any(other.side == wish.side for other in self.wishes):
            raise InputError(
                "E_ORDER", f"{verb} was called twice at one close.", fix="Order once, for more units."
            )
        if wish.rests and self._rules.fill_on == "close":
            raise InputError("E_ORDER", "fill_on=close fills at this close: nothing can rest.")
        targets = self._rules.targets
        own = {
            "stop_loss": self._rules.stop_loss is not None and self._rules.stop_loss.unit == "column",
            "take_profit": bool(targets) and targets[0].unit == "column",
        }
        for name, possible in own.items():
            if getattr(wish, name) is not None and not possible:
                raise InputError(
                    "E_ORDER",
                    f"{name} of an order needs rules that read it from the order.",
                    fix=f'Set rules = {{"{name}": {{"unit": "column"}}}} in the strategy.',
                )


def _price(value: float | None, name: str) -> float | None:
    if value is None:
        return None
    if not 0 < value < math.inf:
        raise InputError(
            "E_ORDER",
            f"{name} is {value}; it must be above 0.",
            fix="Wait until what it is made of is known.",
        )
    return float(value)


def _bars(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or value < 1):
        raise InputError("E_ORDER", f"lifetime is {value!r}; it counts bars, from 1 on, or is None.")
    return value


def context_class(bars: Bars, handles: dict[str, Handle]) -> type[Context]:
    """Return a Context that shows the handles, and the prices, under their names."""
    own = {name: values_of(handle) for name, handle in handles.items()}
    columns = {name: bars.columns[name] for name in PRICES} | own
    return type(
        "Context", (Context,), {"_own": own} | {name: _shown(values) for name, values in columns.items()}
    )


def _shown(values: npt.NDArray[np.float64]) -> property:
    view = values.data

    def now(context: Context) -> float:
        return view[context.i]

    return property(now)


_SET_BY_THE_LOOP = {"i", "position", "entry_price", "cash", "asked", "closes", "cancels", "wishes"}
RESERVED = frozenset(
    {name for name in dir(Context) if not name.startswith("_")} | {*PRICES} | _SET_BY_THE_LOOP
)
