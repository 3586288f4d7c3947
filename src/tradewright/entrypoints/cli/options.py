"""The options of ``tradewright backtest``, each declared once with its help."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

_DATA, _COST, _SIZE, _ORDER, _EXIT = "Data", "Costs", "Direction and size", "Entries", "Exits"
_FILL, _AROUND, _OUT = "Fills", "Currency and payments", "Output"


_SIZINGS = ("all-in", "quantity:Q", "cash:C", "equity:F", "risk:F", "atr:F", "volatility:F", "kelly:F")


def _option(flag: str, words: str, panel: str, metavar: str | None) -> typer.models.OptionInfo:
    return typer.Option(flag, help=words, rich_help_panel=panel, metavar=metavar, show_default=False)


Strategy = Annotated[
    str, typer.Argument(help="A built-in id, a document (.json), or file.py:Class.", show_default=False)
]
Data = Annotated[
    str,
    typer.Option(
        "--data",
        help="Price file, store:SERIES, or sample:SYMBOL.",
        rich_help_panel=_DATA,
        metavar="PATH_OR_SERIES",
    ),
]
Symbol = Annotated[
    str | None,
    _option("--symbol", "Symbol of the prices; picks one out of a file with several.", _DATA, "SYMBOL"),
]
Timeframe = Annotated[
    str | None, _option("--timeframe", "Bar length; finer files are resampled to it.", _DATA, "1h")
]
Timezone = Annotated[str | None, _option("--tz", "Zone of times that name none (UTC).", _DATA, "ZONE")]
Calendar = Annotated[
    str | None, _option("--calendar", "Days and hours of trading, such as XNYS (24/7).", _DATA, "CALENDAR")
]
PricesIn = Annotated[
    str | None, _option("--prices-in", "Currency of the prices (a pair's second, USD).", _DATA, "CODE")
]
Start = Annotated[str | None, _option("--start", "First day or time to trade.", _DATA, "2020-01-01")]
End = Annotated[str | None, _option("--end", "Last day or time to trade.", _DATA, "2024-12-31")]
Param = Annotated[
    list[str] | None, _option("--param", "A parameter of the strategy; repeat for more.", _DATA, "NAME=VALUE")
]

_ROWS: tuple[tuple[str, Any, str, str, str], ...] = (
    ("venue", str, "Fees, margin and steps of a venue; see tradewright venues.", _COST, "NAME"),
    ("fee", float, "Fraction of notional, each side (0.001).", _COST, "FRACTION"),
    ("maker_fee", float, "The same for limits and targets (the fee).", _COST, "FRACTION"),
    ("fee_per_unit", float, "Fee a unit or share (0).", _COST, "AMOUNT"),
    ("fee_per_order", float, "Fee an order (0).", _COST, "AMOUNT"),
    ("fee_minimum", float, "Least fee of an order (0).", _COST, "AMOUNT"),
    ("slippage", float, "Fraction of price on market orders and stops (0).", _COST, "FRACTION"),
    ("slippage_ticks", float, "Ticks on the same orders (0).", _COST, "TICKS"),
    ("slippage_atr", float, "Share of ATR(14) on the same orders (0).", _COST, "SHARE"),
    ("impact", float, "Times the root of the order's share of volume (0).", _COST, "FRACTION"),
    ("half_spread", float, "Half the spread, in price units (0).", _COST, "PRICE"),
    ("borrow_rate", float, "A year, on shorts and borrowed cash (0).", _COST, "FRACTION"),
    ("cash", float, "Starting cash (10000).", _SIZE, "AMOUNT"),
    ("direction", str, "long, short or both (long).", _SIZE, "SIDE"),
    ("sizing", str, f"{', '.join(_SIZINGS)} or column (all-in).", _SIZE, "RULE"),
    ("size_on", str, "fill or decision (fill).", _SIZE, "WHEN"),
    ("leverage", float, "Most notional per equity (1).", _SIZE, "TIMES"),
    ("maintenance_margin", float, "Fraction of notional; under it, liquidated (0).", _SIZE, "FRACTION"),
    ("pyramiding", int, "Entries added to a position at most (0).", _SIZE, "COUNT"),
    (
        "entry",
        str,
        "market, limit:1%, stop:2atr, stop_limit:1%,0.2% or limit:column (market).",
        _ORDER,
        "ORDER",
    ),
    ("lifetime", str, "Bars that --entry rests, session or ever (1).", _ORDER, "BARS"),
    ("limit_fill", str, "Limits fill on touch or through (touch).", _ORDER, "WHEN"),
    ("participation", float, "Most of a bar's volume that fills.", _ORDER, "FRACTION"),
    ("on_conflict", str, "Long and short at once: neither or oco (neither).", _ORDER, "WHAT"),
    ("on_opposite", str, "reverse, exit or ignore an opposite entry (reverse).", _ORDER, "WHAT"),
    ("stop_loss", str, "From the entry: 2%, 1.5atr, price:95 or column.", _EXIT, "LEVEL"),
    ("take_profit", str, "4%, 3atr, 2r; several with shares: 2%:0.5,4%:0.5.", _EXIT, "LEVELS"),
    ("trailing", str, "Behind the price: 3%, 2atr, chandelier:3; 3% after 5%.", _EXIT, "LEVEL"),
    ("break_even", str, "Gain that moves the stop to the entry: 2%, 1.5atr or 1r.", _EXIT, "GAIN"),
    ("time_stop", int, "Leave after this many bars.", _EXIT, "BARS"),
    ("session_end", bool, "Leave at the end of the session.", _EXIT, ""),
    ("close_at_end", bool, "Close at the last bar.", _EXIT, ""),
    ("fill_on", str, "next_open or close (next_open).", _FILL, "WHEN"),
    ("intrabar", str, "pessimistic, optimistic, path or magnified (pessimistic).", _FILL, "READING"),
    ("finer", str, "Shorter bars for --intrabar magnified.", _FILL, "PATH_OR_SERIES"),
    (
        "tie_tolerance",
        float,
        "Prices this close are equal (1e-11); 0 to match other tools.",
        _FILL,
        "FRACTION",
    ),
    ("currency", str, "Of the account (that of the prices).", _AROUND, "CODE"),
    ("rates", str, "Bars of the two currencies' pair.", _AROUND, "PATH_OR_SERIES"),
    ("funding", str, "Funding rates: CSV of time,value.", _AROUND, "FILE"),
    ("dividends", str, "Amounts a unit: CSV of time,value.", _AROUND, "FILE"),
    ("splits", str, "New units for one: CSV of time,value.", _AROUND, "FILE"),
)
# Those of them that name files, series and venues.
WORLD = frozenset({"venue", "finer", "rates", "funding", "dividends", "splits"})


def _further(row: tuple[str, Any, str, str, str]) -> Any:
    """Return the option of one row; flags have no opposite, and nothing has a default."""
    name, kind, words, panel, metavar = row
    return Annotated[kind | None, _option(f"--{name.replace('_', '-')}", words, panel, metavar or None)]


# Every option that is a rule of the engine or says what lies around the bars, by Python's name for it, in
# the order of the help.
FURTHER: dict[str, Any] = {row[0]: _further(row) for row in _ROWS}

RiskFree = Annotated[
    float,
    typer.Option("--risk-free", help="Annual rate, a fraction.", rich_help_panel=_OUT, metavar="FRACTION"),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.", rich_help_panel=_OUT)]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace what is in --out.", rich_help_panel=_OUT)
]
Out = Annotated[
    Path | None,
    _option(
        "--out",
        "Write the run into this new folder and a report beside it, or the report.",
        _OUT,
        "DIR|FILE.html",
    ),
]
Name = Annotated[str | None, _option("--name", "Name to find the kept run by.", _OUT, "NAME")]
MoveName = Annotated[
    bool,
    typer.Option("--move-name", help="Take --name from the run that has it.", rich_help_panel=_OUT),
]
NoKeep = Annotated[bool, typer.Option("--no-keep", help="Do not keep the run.", rich_help_panel=_OUT)]


Command = Callable[..., None]


def with_options(options: Mapping[str, Any], *, after: str) -> Callable[[Command], Command]:
    """Let a command take `options` behind its parameter `after`; it gets them as further keywords."""

    def widened(command: Command) -> Command:
        own = [*inspect.signature(command).parameters.values()][:-1]
        place = [parameter.name for parameter in own].index(after) + 1
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        added = [
            inspect.Parameter(name, kind, default=None, annotation=option) for name, option in options.items()
        ]
        named: Any = command
        named.__signature__ = inspect.Signature([*own[:place], *added, *own[place:]])
        named.__annotations__ = {**command.__annotations__, **options}
        return command

    return widened
