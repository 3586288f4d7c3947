"""The rules of a run: costs, size, exits, and how a bar is read. Defaults are engine.md's."""

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

Direction = Literal["long", "short", "both"]
SizingKind = Literal["all-in", "quantity", "cash", "equity", "risk"]
SIZING_KINDS: tuple[SizingKind, ...] = get_args(SizingKind)

ATR_PERIOD = 14
# No account, price or run comes near these; sums of what they allow stay far inside a float or int64.
MOST_MONEY = 1e15
MOST_BARS = 10_000_000


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Level(_Frozen):
    """Where a stop or target stands (engine.md 4.2).

    ``percent`` of the entry price (2 means 2 %), ``atr`` multiples of the decision bar's ATR(`period`),
    ``r`` multiples of the stop's distance (targets only), or an absolute ``price``.
    """

    value: float = Field(gt=0, le=MOST_MONEY)
    unit: Literal["percent", "atr", "r", "price"] = "percent"
    period: int = Field(default=ATR_PERIOD, ge=1, le=5_000)

    @field_validator("period")
    @classmethod
    def _only_of_an_atr(cls, value: int, info: ValidationInfo) -> int:
        """Forget a period that decides nothing, so that equal rules are equal."""
        return value if info.data.get("unit") == "atr" else ATR_PERIOD


class Sizing(_Frozen):
    """How large an entry is (engine.md 5.1); every size is capped at the all-in quantity.

    ``all-in``: everything, times the leverage. ``quantity``: units. ``cash``: notional in account
    currency. ``equity``: fraction of equity. ``risk``: fraction of equity lost at the stop.
    """

    kind: SizingKind = "all-in"
    value: float = Field(default=1.0, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """Accept ``all-in`` and ``kind:value`` as the command line writes them."""
        if not isinstance(value, str):
            return value
        kind, _, amount = value.partition(":")
        if kind not in SIZING_KINDS or (kind == "all-in") != (not amount):
            raise ValueError("write all-in, quantity:Q, cash:C, equity:F or risk:F")
        return {"kind": kind, "value": amount or 1.0}

    @field_validator("value")
    @classmethod
    def _not_of_all_in(cls, value: float, info: ValidationInfo) -> float:
        """Forget an amount that decides nothing, so that equal rules are equal."""
        return 1.0 if info.data.get("kind") == "all-in" else value

    @model_validator(mode="after")
    def _fraction(self) -> "Sizing":
        if self.kind in {"equity", "risk"} and self.value > 1:
            raise ValueError(
                f"a share of equity is a fraction: write {self.value / 100:g} for {self.value:g} %"
            )
        return self


_NUMBERS = (
    "cash",
    "fee",
    "slippage",
    "half_spread",
    "leverage",
    "maintenance_margin",
    "trailing",
    "time_stop",
    "tie_tolerance",
)


class Rules(_Frozen):
    """Everything that decides fills besides the signals. Frozen; part of the manifest."""

    direction: Direction = "long"
    cash: float = Field(default=10_000.0, gt=0, le=MOST_MONEY)
    fee: float = Field(default=0.001, ge=0, lt=1, description="fraction of notional, each side")
    slippage: float = Field(default=0.0, ge=0, lt=1, description="fraction of price, takers")
    half_spread: float = Field(default=0.0, ge=0, le=MOST_MONEY, description="price units, takers")
    leverage: float = Field(default=1.0, gt=0, le=1_000)
    maintenance_margin: float = Field(default=0.0, ge=0, lt=1, description="fraction of notional")
    sizing: Sizing = Sizing()
    size_on: Literal["fill", "decision"] = "fill"
    fill_on: Literal["next_open", "close"] = "next_open"
    intrabar: Literal["pessimistic", "optimistic", "path"] = "pessimistic"
    on_opposite: Literal["reverse", "exit", "ignore"] = "reverse"
    stop_loss: Level | None = None
    take_profit: Level | None = None
    trailing: float | None = Field(default=None, gt=0, lt=100, description="percent of the running extreme")
    time_stop: int | None = Field(default=None, ge=1, le=MOST_BARS, description="bars")
    close_at_end: bool = False
    tie_tolerance: float = Field(default=1e-11, ge=0, le=1e-6)

    @field_validator(*_NUMBERS, mode="before")
    @classmethod
    def _number_as_number(cls, value: object) -> object:
        """Refuse text and flags, which would pass for numbers: ``"0.1"`` for a fee, True for cash."""
        if isinstance(value, str | bool):
            raise ValueError("should be a number")  # noqa: TRY004 - pydantic turns ValueError into its own
        return value

    @field_validator("fee", "slippage", mode="before")
    @classmethod
    def _fraction_not_percent(cls, value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 1:
            raise ValueError(f"it is a fraction: write {value / 100:g} for {value:g} %")
        return value

    @field_validator("stop_loss", "take_profit", mode="before")
    @classmethod
    def _number_is_percent(cls, value: object) -> object:
        return {"value": value} if isinstance(value, int | float) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _consistent(self) -> "Rules":
        if self.stop_loss is not None:
            if self.stop_loss.unit == "r":
                raise ValueError("stop_loss cannot be in r, because r is the distance of the stop")
            if self.stop_loss.unit == "percent" and self.direction != "short" and self.stop_loss.value >= 100:
                raise ValueError("a stop_loss of 100 % or more below the entry can never be reached")
        if self.take_profit is not None:
            if self.take_profit.unit == "r" and not self.has_stop:
                raise ValueError("take_profit in r needs a stop_loss or trailing")
            if (
                self.take_profit.unit == "percent"
                and self.direction == "short"
                and self.take_profit.value >= 100
            ):
                raise ValueError("a take_profit of 100 % or more below the entry can never be reached")
        if self.sizing.kind == "risk" and not self.has_stop:
            raise ValueError("risk sizing needs a stop_loss or trailing to measure the risk by")
        return self

    @property
    def has_stop(self) -> bool:
        """True when a stop-loss or a trailing stop is set."""
        return self.stop_loss is not None or self.trailing is not None
