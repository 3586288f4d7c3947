"""One line about a kept run, and a list of such lines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from tradewright.core.canonical import digest
from tradewright.core.optional import optional
from tradewright.library.runs.directory import RUN_FILE, files_of
from tradewright.library.runs.layouts import LAYOUTS, NEWEST, Layout
from tradewright.research.html_table import html_table

if TYPE_CHECKING:
    import pandas as pd

SHORT = 12
_NUMBER = int | float | None
# Every other field is text.
_TYPES: dict[str, Any] = {
    "bars": int,
    "trades": int,
    "params": (dict, type(None)),
    "names": tuple,
} | dict.fromkeys(("total_return", "max_drawdown", "sharpe"), _NUMBER)


@dataclass(frozen=True, slots=True)
class RunCard:
    """What a list shows of a run.

    Attributes
    ----------
    kept
        When it was kept last, ISO 8601, UTC.
    names
        Names that were given to it.
    total_return, max_drawdown
        Fractions; None where undefined.
    damaged
        Why it cannot be opened; empty for a run that can. Its other fields may then be empty.
    """

    fingerprint: str
    kept: str
    names: tuple[str, ...] = ()
    strategy: str = ""
    symbol: str = ""
    timeframe: str = ""
    start: str = ""
    last_bar: str = ""
    bars: int = 0
    params: Mapping[str, Any] | None = None
    total_return: float | None = None
    max_drawdown: float | None = None
    sharpe: float | None = None
    trades: int = 0
    damaged: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain data."""
        return asdict(self) | {"names": list(self.names)}


class RunListing(Sequence[RunCard]):
    """Kept runs, the latest first."""

    def __init__(self, cards: Sequence[RunCard], total: int) -> None:
        self._cards = tuple(cards)
        self.total = total

    @overload
    def __getitem__(self, index: int) -> RunCard: ...
    @overload
    def __getitem__(self, index: slice) -> "RunListing": ...
    def __getitem__(self, index: int | slice) -> "RunCard | RunListing":
        """Return one card, or a part of the list."""
        return RunListing(self._cards[index], self.total) if isinstance(index, slice) else self._cards[index]

    def __len__(self) -> int:
        """Return how many are listed; `total` says how many there are."""
        return len(self._cards)

    def __iter__(self) -> Iterator[RunCard]:
        """Yield the cards, the latest first."""
        return iter(self._cards)

    def to_dict(self) -> dict[str, Any]:
        """Return the list as plain data: what ``tradewright list --json`` prints."""
        return {"runs": [card.to_dict() for card in self], "total": self.total}

    def to_pandas(self) -> "pd.DataFrame":
        """Return one row for each run; `kept`, `start` and `last_bar` as UTC timestamps."""
        pandas: Any = optional("pandas")
        frame = pandas.DataFrame([card.to_dict() for card in self], columns=list(RunCard.__slots__))
        for name in ("kept", "start", "last_bar"):
            frame[name] = pandas.to_datetime(frame[name].replace("", None), utc=True, format="ISO8601")
        return frame

    def _repr_html_(self) -> str:
        """Show one row a run in a notebook."""
        head = ("run", "name", "strategy", "symbol", "from", "to", "return", "drawdown", "Sharpe", "trades")
        rows = [_row_of(card) for card in self]
        below = [f"{card.fingerprint[:SHORT]} is damaged: {card.damaged}" for card in self if card.damaged]
        return html_table(f"{len(self)} of {self.total:,} kept runs", head, rows, below)

    def __repr__(self) -> str:
        """Return one line a run."""
        lines = [f"RunListing({len(self)} of {self.total:,})"]
        for card in self:
            total = "" if card.total_return is None else f"{card.total_return:+.2%}, {card.trades:,} trades"
            what = f"{card.strategy} on {card.symbol} {card.timeframe}: {total}"
            names = f" [{', '.join(card.names)}]" if card.names else ""
            lines.append(f"  {card.fingerprint[:SHORT]}{names} {card.damaged or what}")
        return "\n".join(lines)


def card_from(values: Mapping[str, Any]) -> RunCard:
    """Make a card of what a file says.

    Raises
    ------
    TypeError
        For what no run wrote: a list must not fail on one entry of it.
    """
    for name, value in values.items():
        if not isinstance(value, _TYPES.get(name, str)):
            raise TypeError(name)
    return RunCard(**values)


def card_of(folder: Path, kept_ns: int) -> RunCard:
    """Read the card of the run in `folder`; a run that cannot be read is said to be damaged."""
    card = RunCard(fingerprint=folder.name, kept=clock(kept_ns))
    try:
        document: Any = json.loads((folder / RUN_FILE).read_bytes())
        written_as, checksum = document.pop("format"), document.pop("checksum", None)
        if written_as not in LAYOUTS:
            age = "a newer" if written_as > NEWEST else "an older"
            return replace(card, damaged=f"written by {age} version")
        if checksum != digest(document):
            return replace(card, damaged=f"{RUN_FILE} was changed after it was written")
        if document["run"]["fingerprint"] != card.fingerprint:
            return replace(card, damaged=f"holds the run {document['run']['fingerprint'][:SHORT]}")
        told = _told(document["run"], document["metrics"])
        return card_from({"fingerprint": card.fingerprint, "kept": card.kept} | told)
    except OSError as refused:
        return replace(card, damaged=f"{RUN_FILE} cannot be read: {refused.strerror}")
    except (ValueError, KeyError, TypeError, AttributeError):
        return replace(card, damaged=f"{RUN_FILE} is not what was written")


def checked(card: RunCard, folder: Path) -> RunCard:
    """Say so when a file of the run is missing."""
    if card.damaged:
        return card
    # A card does not say which layout the run has: the one of which the least is missing.
    missing = min((_missing(folder, layout) for layout in reversed(LAYOUTS.values())), key=len)
    return replace(card, damaged=f"{', '.join(missing)} missing") if missing else card


def _missing(folder: Path, layout: Layout) -> list[str]:
    return sorted(name for name in files_of(layout) if not (folder / name).exists())


def _row_of(card: RunCard) -> tuple[str, ...]:
    numbers = ((card.total_return, "+.2%"), (card.max_drawdown, ".2%"), (card.sharpe, ".2f"))
    shown = ["—" if value is None else format(value, pattern) for value, pattern in numbers]
    told = [*shown, f"{card.trades:,}"]
    return (
        card.fingerprint[:SHORT],
        ", ".join(card.names),
        card.strategy,
        f"{card.symbol} {card.timeframe}".strip(),
        card.start[:10],
        card.last_bar[:10],
        *([""] * len(told) if card.damaged else told),
    )


def clock(time_ns: int) -> str:
    """Return epoch nanoseconds as ISO 8601, to the second, UTC."""
    return datetime.fromtimestamp(time_ns // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(run: Mapping[str, Any], metrics: Mapping[str, Any]) -> dict[str, Any]:
    facts = ("strategy", "symbol", "timeframe", "start", "last_bar", "bars")
    numbers = ("total_return", "max_drawdown", "sharpe", "trades")
    told = {name: run[name] for name in facts} | {name: metrics[name] for name in numbers}
    return told | {"params": run.get("params")}
