"""The options of ``tradewright backtest``, each declared once with its help."""

from pathlib import Path
from typing import Annotated

import typer

_DATA, _COST, _EXIT, _SIZE, _FILL, _OUT = "Data", "Costs", "Exits", "Direction and size", "Fills", "Output"


def _option(flag: str, words: str, panel: str, metavar: str) -> typer.models.OptionInfo:
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
Start = Annotated[str | None, _option("--start", "First day or time to trade.", _DATA, "2020-01-01")]
End = Annotated[str | None, _option("--end", "Last day or time to trade.", _DATA, "2024-12-31")]
Param = Annotated[
    list[str] | None, _option("--param", "A parameter of the strategy; repeat for more.", _DATA, "NAME=VALUE")
]

Cash = Annotated[float | None, _option("--cash", "Starting cash (10000).", _SIZE, "AMOUNT")]
Direction = Annotated[str | None, _option("--direction", "long, short or both (long).", _SIZE, "SIDE")]
Sizing = Annotated[
    str | None,
    _option("--sizing", "all-in, quantity:Q, cash:C, equity:F or risk:F (all-in).", _SIZE, "RULE"),
]
Leverage = Annotated[float | None, _option("--leverage", "Most notional per equity (1).", _SIZE, "TIMES")]

Fee = Annotated[float | None, _option("--fee", "Fraction of notional, each side (0.001).", _COST, "FRACTION")]
Slippage = Annotated[
    float | None,
    _option("--slippage", "Fraction of price on market orders and stops (0).", _COST, "FRACTION"),
]
HalfSpread = Annotated[
    float | None, _option("--half-spread", "Half the spread, in price units (0).", _COST, "PRICE")
]

StopLoss = Annotated[
    float | None, _option("--stop-loss", "Percent below the entry; 2 means 2 %.", _EXIT, "PCT")
]
TakeProfit = Annotated[float | None, _option("--take-profit", "Percent above the entry.", _EXIT, "PCT")]
Trailing = Annotated[float | None, _option("--trailing", "Percent below the running high.", _EXIT, "PCT")]
TimeStop = Annotated[int | None, _option("--time-stop", "Leave after this many bars.", _EXIT, "BARS")]
OnOpposite = Annotated[
    str | None,
    _option("--on-opposite", "reverse, exit or ignore an opposite entry (reverse).", _EXIT, "WHAT"),
]
CloseAtEnd = Annotated[
    bool | None,
    typer.Option("--close-at-end", help="Close at the last bar.", rich_help_panel=_EXIT, show_default=False),
]

FillOn = Annotated[str | None, _option("--fill-on", "next_open or close (next_open).", _FILL, "WHEN")]
Intrabar = Annotated[
    str | None,
    _option(
        "--intrabar", "How a bar is read: pessimistic, optimistic or path (pessimistic).", _FILL, "READING"
    ),
]
SizeOn = Annotated[str | None, _option("--size-on", "fill or decision (fill).", _FILL, "WHEN")]
TieTolerance = Annotated[
    float | None,
    _option(
        "--tie-tolerance", "Prices this close are equal (1e-11); 0 to match other tools.", _FILL, "FRACTION"
    ),
]

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
