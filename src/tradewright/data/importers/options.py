"""What a caller may say about a file that the file does not say itself."""

from dataclasses import dataclass
from typing import Literal, TypedDict

from tradewright.core.errors import ParameterError, nearest
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import Timeframe

DateOrder = Literal["dmy", "mdy", "ymd"]
DecimalSign = Literal[".", ","]
BarLabel = Literal["open", "close"]

_CHOICES = {"date_order": ("dmy", "mdy", "ymd"), "decimal": (".", ","), "label": ("open", "close")}


class Reading(TypedDict, total=False):
    """How to read a file that can be read in more than one way; see :class:`ImportOptions`."""

    strict: bool
    date_order: DateOrder | None
    decimal: DecimalSign | None
    label: BarLabel | None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the caller says about a file; None leaves it to the file.

    Attributes
    ----------
    symbol
        Which symbol of several, or what a file without a column of symbols holds.
    timeframe
        Bar length.
    timezone
        The zone of times that name none.
    instrument
        What is traded, beyond its symbol.
    strict
        Reject a file that needs a repair.
    date_order
        How dates such as 03/04/2024 are written: ``dmy`` or ``mdy``; ``ymd`` for years of two digits.
    decimal
        What stands before the decimals, where ``1,234`` could be read both ways.
    label
        Whether times say when bars ``open``, as usual, or ``close``.
    """

    symbol: str | None = None
    timeframe: Timeframe | None = None
    timezone: str | None = None
    instrument: Instrument | None = None
    strict: bool = False
    date_order: DateOrder | None = None
    decimal: DecimalSign | None = None
    label: BarLabel | None = None

    def __post_init__(self) -> None:
        """Refuse a symbol that is not the instrument's, and words that mean nothing."""
        if self.symbol and self.instrument and self.symbol != self.instrument.symbol:
            raise ParameterError(
                "E_SYMBOL",
                f"symbol '{self.symbol}' is not that of the instrument, '{self.instrument.symbol}'.",
                fix="Give one of them.",
                details={"symbol": self.symbol, "instrument": self.instrument.symbol},
            )
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value is not None and value not in choices:
                near = nearest(str(value), choices, limit=1) or choices
                raise ParameterError(
                    "E_IMPORT_OPTION",
                    f"{name} is {value!r}, which is none of {', '.join(choices)}.",
                    fix=f"Write {name}={near[0]!r}, for instance.",
                    details={"name": name, "value": str(value), "choices": list(choices)},
                )

    @property
    def chosen(self) -> str | None:
        """The symbol that was asked for."""
        return self.symbol or (self.instrument.symbol if self.instrument else None)
