"""The parts that rules are made of: levels, targets, trailing stops, resting entries, sizes."""

from typing import Annotated, Any, Literal, cast, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

ATR_PERIOD = 14
# No account, price or run comes near these; sums of what they allow stay far inside a float or int64.
MOST_MONEY = 1e15
MOST_BARS = 10_000_000
MOST_PERIOD = 5_000
MOST_TARGETS = 6

SizingKind = Literal["all-in", "quantity", "cash", "equity", "risk", "atr", "volatility", "kelly", "column"]
SIZING_KINDS: tuple[SizingKind, ...] = get_args(SizingKind)
_SHARES = {"equity", "risk", "atr"}
_PERIODS = {"atr": ATR_PERIOD, "volatility": 20, "kelly": 30}


def _number(value: object) -> object:
    """Refuse text and flags, which would pass for numbers: ``"0.1"`` for a fee, True for cash."""
    if isinstance(value, str | bool):
        raise ValueError("should be a number")  # noqa: TRY004 - pydantic turns ValueError into its own
    return value


Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_number)]
Period = Annotated[Whole, Field(ge=1, le=MOST_PERIOD)]


class Frozen(BaseModel):
    """A part of the rules: cannot be changed, knows no other names."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Measured(Frozen):
    """Something with a `period`, which means nothing unless its unit is an ATR."""

    @field_validator("period", check_fields=False)
    @classmethod
    def _only_of_an_atr(cls, value: int, info: ValidationInfo) -> int:
        """Forget a period that decides nothing, so that equal rules are equal."""
        return value if info.data.get("unit") in {"atr", "chandelier"} else ATR_PERIOD


class Level(_Measured):
    """Where a stop or target stands (engine.md 4.2).

    ``percent`` of the entry price (2 means 2 %), ``atr`` multiples of the decision bar's ATR(`period`),
    ``r`` multiples of the stop's distance (targets only), an absolute ``price``, or the price that the
    strategy's own ``column`` has at the decision bar (`value` is 1 then).
    """

    value: float = Field(default=1.0, gt=0, le=MOST_MONEY)
    unit: Literal["percent", "atr", "r", "price", "column"] = "percent"
    period: int = Field(default=ATR_PERIOD, ge=1, le=MOST_PERIOD)

    @model_validator(mode="before")
    @classmethod
    def _needs_a_value(cls, value: Any) -> Any:
        """Ask for a distance wherever the strategy does not bring the price itself."""
        if isinstance(value, dict):
            given = cast("dict[str, Any]", value)
            if "value" not in given and given.get("unit") != "column":
                raise ValueError("say how far away it stands: value")
        return cast("Any", value)

    @model_validator(mode="after")
    def _column_has_no_value(self) -> "Level":
        if self.unit == "column" and self.value != 1:
            raise ValueError("a level from a column is the column's price: it has no value of its own")
        return self


class Target(Level):
    """A take-profit for a share of the position (engine.md 5.4)."""

    share: float = Field(default=1.0, gt=0, le=1, description="of the filled quantity")


class Trailing(_Measured):
    """A stop that follows the price (engine.md 3.7).

    ``percent`` below the running extreme, ``atr`` multiples of the decision bar's ATR below it,
    ``chandelier`` multiples of the ATR of each bar, or the strategy's own ``column`` of prices.
    """

    value: float = Field(default=1.0, gt=0, le=MOST_MONEY)
    unit: Literal["percent", "atr", "chandelier", "column"] = "percent"
    period: int = Field(default=ATR_PERIOD, ge=1, le=MOST_PERIOD)
    after: float = Field(default=0.0, ge=0, le=MOST_MONEY, description="percent of gain that starts it")

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Trailing":
        if self.unit == "percent" and self.value >= 100:
            raise ValueError("a trailing stop 100 % away can never be reached")
        if self.unit == "column" and self.value != 1:
            raise ValueError(
                "a trailing stop from a column is the column's price: it has no value of its own"
            )
        return self


class BreakEven(_Measured):
    """Move the stop to the entry once the price has gone far enough (engine.md 3.7)."""

    after: float = Field(gt=0, le=MOST_MONEY, description="gain that moves the stop")
    unit: Literal["percent", "atr", "r"] = "percent"
    period: int = Field(default=ATR_PERIOD, ge=1, le=MOST_PERIOD)
    offset: float = Field(default=0.0, ge=0, le=MOST_MONEY, description="percent beyond the entry")


class Entry(_Measured):
    """How an entry is ordered (engine.md 3.3).

    ``market``: at the next open. ``limit``, ``stop`` and ``stop_limit`` rest `offset` away from the close
    that decided them: a limit on the better side, a stop on the worse, in ``percent`` of that close, in
    ``atr`` multiples of its bar's ATR, or in ``price`` units; or at the price of the strategy's own
    ``column``. `through` is how far beyond its stop a stop-limit may fill, in the same unit.
    """

    kind: Literal["market", "limit", "stop", "stop_limit"] = "market"
    offset: float = Field(default=0.0, ge=0, le=MOST_MONEY)
    unit: Literal["percent", "atr", "price", "column"] = "percent"
    period: int = Field(default=ATR_PERIOD, ge=1, le=MOST_PERIOD)
    through: float = Field(default=0.0, ge=0, le=MOST_MONEY)
    lifetime: int | Literal["session"] | None = Field(
        default=1, description="bars that it rests, 'session', or none for until it is replaced"
    )

    @field_validator("lifetime")
    @classmethod
    def _some_bars(cls, value: int | str | None) -> int | str | None:
        if isinstance(value, int) and not (1 <= value <= MOST_BARS and not isinstance(value, bool)):
            raise ValueError(
                f"it counts bars, from 1 to {MOST_BARS:,}; to rest until it is replaced write None in "
                "Python, 'forever' in a document and 'ever' on the command line"
            )
        return value

    @model_validator(mode="after")
    def _distances_that_mean_something(self) -> "Entry":
        if self.kind == "market" and self != Entry.model_construct():
            raise ValueError("a market entry has no offset, unit, through or lifetime")
        if self.unit == "column" and self.offset:
            raise ValueError("an entry at a column's price has no offset")
        if self.through and self.kind != "stop_limit":
            raise ValueError("through is of a stop_limit")
        return self


class Sizing(Frozen):
    """How large an entry is (engine.md 5.1); every size is capped at the all-in quantity.

    ``all-in``: everything, times the leverage. ``quantity``: units. ``cash``: notional in account
    currency. ``equity``: fraction of equity. ``risk``: fraction of equity lost at the stop. ``atr``:
    fraction of equity that one ATR(`period`) moves. ``volatility``: annual volatility aimed at, over
    that of the last `period` bars. ``kelly``: share of the Kelly fraction of the trades closed so far;
    the share of equity `initial` until `period` are. ``column``: units, from the strategy's own column.
    """

    kind: SizingKind = "all-in"
    value: float = Field(default=1.0, gt=0)
    period: int = Field(default=0, ge=0, le=MOST_PERIOD, validate_default=True)
    initial: float = Field(default=0.1, gt=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """Accept ``all-in``, ``column`` and ``kind:value`` as the command line writes them."""
        if not isinstance(value, str):
            return value
        kind, _, amount = value.partition(":")
        if kind not in SIZING_KINDS or (kind in {"all-in", "column"}) != (not amount):
            raise ValueError(
                "write all-in, quantity:Q, cash:C, equity:F, risk:F, atr:F, volatility:F, kelly:F or column"
            )
        return {"kind": kind, "value": amount or 1.0}

    @model_validator(mode="before")
    @classmethod
    def _period_that_counts(cls, value: Any) -> Any:
        """Refuse a period that decides nothing; 0 is how rules without one are written."""
        if not isinstance(value, dict):
            return value
        given = cast("dict[str, Any]", value)
        kind, period = given.get("kind", "all-in"), given.get("period")
        if kind not in SIZING_KINDS or not isinstance(period, int):
            return given
        if kind in _PERIODS and period == 0:
            raise ValueError(f"the period of {kind} sizing counts bars or trades: 1 or more, or leave it out")
        if kind not in _PERIODS and period != 0:
            raise ValueError(f"{kind} sizing has no period: leave it out, or size by {', '.join(_PERIODS)}")
        return given

    @field_validator("value")
    @classmethod
    def _not_of_all_in(cls, value: float, info: ValidationInfo) -> float:
        """Forget an amount that decides nothing, so that equal rules are equal."""
        return 1.0 if info.data.get("kind") in {"all-in", "column"} else value

    @field_validator("period")
    @classmethod
    def _usual_period(cls, value: int, info: ValidationInfo) -> int:
        usual = _PERIODS.get(info.data.get("kind", ""), 0)
        if info.data.get("kind") == "volatility" and value == 1:
            raise ValueError("the volatility of one bar is unknown: 2 or more")
        return (value or usual) if usual else 0

    @field_validator("initial")
    @classmethod
    def _only_of_kelly(cls, value: float, info: ValidationInfo) -> float:
        return value if info.data.get("kind") == "kelly" else 0.1

    @model_validator(mode="after")
    def _fraction(self) -> "Sizing":
        if self.kind in _SHARES and self.value > 1:
            raise ValueError(
                f"a share of equity is a fraction: write {self.value / 100:g} for {self.value:g} %"
            )
        if self.kind == "volatility" and self.value >= 10:
            raise ValueError(f"a volatility is a fraction: write {self.value / 100:g} for {self.value:g} %")
        if self.kind == "kelly" and self.value > 1:
            raise ValueError("more than the Kelly fraction only adds risk: write 1 or less, 0.5 for half")
        return self
