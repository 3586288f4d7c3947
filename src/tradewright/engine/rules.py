"""The rules of a run: costs, size, orders, exits, and how a bar is read. Defaults are engine.md's."""

from typing import Annotated, Literal, get_args

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator, model_validator

from tradewright.engine.rule_parts import (
    MOST_BARS,
    MOST_MONEY,
    MOST_TARGETS,
    BreakEven,
    Entry,
    Frozen,
    Level,
    Number,
    Sizing,
    Target,
    Trailing,
    Whole,
)

Direction = Literal["long", "short", "both"]
Intrabar = Literal["pessimistic", "optimistic", "path", "magnified"]
READINGS: tuple[Intrabar, ...] = get_args(Intrabar)


def _one_or_several(value: object) -> str:
    """Tell one target from several, so that what is wrong is said of the form that was written."""
    return "(several)" if isinstance(value, list | tuple) else "(one)"


TakeProfit = Annotated[
    Annotated[Level, Tag("(one)")] | Annotated[tuple[Target, ...], Tag("(several)")],
    Discriminator(_one_or_several),
]


class Rules(Frozen):
    """Everything that decides fills besides the signals. Frozen; part of the manifest."""

    direction: Direction = "long"
    cash: Number = Field(default=10_000.0, gt=0, le=MOST_MONEY)
    currency: str | None = Field(
        default=None, min_length=2, max_length=10, description="of the account; none for the instrument's"
    )

    fee: Number = Field(default=0.001, ge=0, lt=1, description="fraction of notional, takers")
    maker_fee: Number | None = Field(
        default=None, gt=-1, lt=1, description="fraction of notional, makers; none for the fee"
    )
    fee_per_unit: Number = Field(default=0.0, ge=0, le=MOST_MONEY, description="a unit of quantity")
    fee_per_order: Number = Field(default=0.0, ge=0, le=MOST_MONEY)
    fee_minimum: Number = Field(default=0.0, ge=0, le=MOST_MONEY, description="least fee of an order")
    slippage: Number = Field(default=0.0, ge=0, lt=1, description="fraction of price, takers")
    slippage_ticks: Number = Field(default=0.0, ge=0, le=MOST_MONEY, description="ticks, takers")
    slippage_atr: Number = Field(default=0.0, ge=0, le=1_000, description="share of ATR(14), takers")
    impact: Number = Field(
        default=0.0, ge=0, le=100, description="times the root of the order's share of volume, takers"
    )
    half_spread: Number = Field(default=0.0, ge=0, le=MOST_MONEY, description="price units, takers")
    borrow_rate: Number = Field(
        default=0.0, ge=0, le=10, description="a year, fraction of short value and negative cash"
    )

    leverage: Number = Field(default=1.0, gt=0, le=1_000)
    maintenance_margin: Number = Field(default=0.0, ge=0, lt=1, description="fraction of notional")
    sizing: Sizing = Sizing()
    size_on: Literal["fill", "decision"] = "fill"
    pyramiding: Whole = Field(default=0, ge=0, le=1_000, description="entries added to a position")
    participation: Number | None = Field(
        default=None, gt=0, le=1, description="most of a bar's volume that fills; none for any"
    )

    fill_on: Literal["next_open", "close"] = "next_open"
    entry: Entry = Entry()
    limit_fill: Literal["touch", "through"] = "touch"
    intrabar: Intrabar = "pessimistic"
    on_opposite: Literal["reverse", "exit", "ignore"] = "reverse"
    on_conflict: Literal["neither", "oco"] = "neither"

    stop_loss: Level | None = None
    take_profit: TakeProfit | None = None
    trailing: Trailing | None = None
    break_even: BreakEven | None = None
    time_stop: Whole | None = Field(default=None, ge=1, le=MOST_BARS, description="bars")
    session_end: bool = False
    close_at_end: bool = False
    tie_tolerance: Number = Field(default=1e-11, ge=0, le=1e-6)

    @field_validator("fee", "slippage", "maker_fee", "participation", mode="before")
    @classmethod
    def _fraction_not_percent(cls, value: object, info: ValidationInfo) -> object:
        whole = info.field_name == "participation"  # all of a bar's volume is a share that can be meant
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 1 and value > whole:
            raise ValueError(f"it is a fraction: write {value / 100:g} for {value:g} %")
        return value

    @field_validator("stop_loss", "take_profit", "trailing", mode="before")
    @classmethod
    def _number_is_percent(cls, value: object) -> object:
        return {"value": value} if isinstance(value, int | float) and not isinstance(value, bool) else value

    @field_validator("break_even", mode="before")
    @classmethod
    def _number_is_percent_of_gain(cls, value: object) -> object:
        return {"after": value} if isinstance(value, int | float) and not isinstance(value, bool) else value

    @field_validator("entry", mode="before")
    @classmethod
    def _word_is_kind(cls, value: object) -> object:
        return {"kind": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _stop_stands(self) -> "Rules":
        if self.stop_loss is not None:
            if self.stop_loss.unit == "r":
                raise ValueError("stop_loss cannot be in r, because r is the distance of the stop")
            if self.stop_loss.unit == "percent" and self.direction != "short" and self.stop_loss.value >= 100:
                raise ValueError("a stop_loss of 100 % or more below the entry can never be reached")
        if self.break_even is not None and self.break_even.unit == "r" and not self.has_stop:
            raise ValueError("break_even in r needs a stop_loss or trailing")
        if self.sizing.kind == "risk" and not self.has_stop:
            raise ValueError("risk sizing needs a stop_loss or trailing to measure the risk by")
        return self

    @model_validator(mode="after")
    def _targets_stand(self) -> "Rules":
        targets = self.targets
        for target in targets:
            if target.unit == "r" and not self.has_stop:
                raise ValueError("take_profit in r needs a stop_loss or trailing")
            if target.unit == "percent" and self.direction == "short" and target.value >= 100:
                raise ValueError("a take_profit of 100 % or more below the entry can never be reached")
        if isinstance(self.take_profit, tuple):
            if not 1 <= len(targets) <= MOST_TARGETS:
                raise ValueError(
                    f"take_profit has {len(targets)} targets; from 1 to {MOST_TARGETS} are possible"
                )
            if sum(target.share for target in targets) > 1 + 1e-9:
                raise ValueError("the shares of take_profit add up to more than 1")
        return self

    @model_validator(mode="after")
    def _orders_that_can_be(self) -> "Rules":
        if self.entry.kind != "market" and self.fill_on == "close":
            raise ValueError("fill_on=close fills at the deciding close: the entry can only be market")
        if self.participation is not None and self.fill_on == "close":
            raise ValueError(
                "participation needs fill_on=next_open: at a close there is no volume left to share"
            )
        below = "long" if self.entry.kind == "limit" else "short"
        if self.entry.unit == "percent" and self.entry.offset >= 100 and self.direction == below:
            raise ValueError(f"a {self.entry.kind} entry 100 % below the close can never fill")
        if self.on_conflict == "oco" and self.entry.kind == "market":
            raise ValueError("on_conflict=oco is for resting entries: set entry to limit, stop or stop_limit")
        if self.on_conflict == "oco" and self.direction != "both":
            raise ValueError("on_conflict=oco needs direction=both")
        return self

    @property
    def has_stop(self) -> bool:
        """True when a stop-loss or a trailing stop is set."""
        return self.stop_loss is not None or (self.trailing is not None and self.trailing.after == 0)

    @property
    def targets(self) -> tuple[Target, ...]:
        """The take-profits as a tuple, a single one with the share 1."""
        if self.take_profit is None:
            return ()
        if isinstance(self.take_profit, tuple):
            return self.take_profit
        return (Target(**self.take_profit.model_dump()),)
