"""``tradewright compare``: runs side by side."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

import tradewright as tw
from tradewright.entrypoints.cli.metric_table import BLOCKS, counted, shown
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.terminal import out, print_json
from tradewright.metrics.catalog import BY_ID

if TYPE_CHECKING:
    from tradewright.research.compare import Comparison, Parting
    from tradewright.research.evidence import Difference

LABEL_WIDTH, RUN_WIDTH = 18, 15
DIGITS, NAME_WIDTH = 8, 12
MOST_TEXT = 28
_FINGERPRINT = re.compile(r"[0-9a-f]{12}")

Runs = Annotated[
    list[str],
    typer.Argument(help="2 to 20 of: fingerprint, name, folder, last.", show_default=False),
]


def compare(runs: Runs, as_json: Json = False) -> None:
    """Put runs side by side: what they were asked differently, and what came of it."""
    found = tw.compare(*runs)
    if as_json:
        print_json(found.to_dict())
        return
    console = out()
    for group in _groups(len(found.labels), console.width):
        _print_differences(console, found, group)
        _print_metrics(console, found, group)
    _print_outcome(console, found)


def _groups(count: int, width: int) -> Iterator[tuple[int, ...]]:
    """Yield as many runs at a time as there is room for, the first among them each time."""
    room = max(2, (width - LABEL_WIDTH) // RUN_WIDTH)
    others = list(range(1, count))
    for begin in range(0, len(others), room - 1):
        yield (0, *others[begin : begin + room - 1])


def _print_differences(console: Console, found: "Comparison", group: Sequence[int]) -> None:
    console.print()
    if not found.differences:
        console.print("Asked alike: strategy, parameters, rules, data and version are equal.")
        return
    table = _table("Asked differently", found, group)
    for row in found.differences:
        table.add_row(escape(in_words(row)), *(_setting(row.values[index]) for index in group))
    console.print(table)


def _print_metrics(console: Console, found: "Comparison", group: Sequence[int]) -> None:
    table = _table("Result", found, group)
    for name, label in (pair for block in BLOCKS.values() for pair in block.items()):
        best = found.best.get(name, ())
        cells = [_cell(name, found.metrics[name][index], better=index in best) for index in group]
        table.add_row(label, *cells)
    console.print()
    console.print(table)
    for index in group:
        _print_envelope(console, found, index)


def _print_envelope(console: Console, found: "Comparison", index: int) -> None:
    envelope = found.runs[index].envelope
    if envelope and envelope["ambiguous_bars"]:
        low, high = envelope["metrics"]["total_return"]
        pair = f"{shown(BY_ID['total_return'], low)} to {shown(BY_ID['total_return'], high)}"
        bars = counted(envelope["ambiguous_bars"], "ambiguous bar")
        console.print(
            f"{short_labels(found.labels)[index]}: total return {pair}, depending on {bars}; no proven bound",
            style="dim",
        )


def _print_outcome(console: Console, found: "Comparison") -> None:
    console.print()
    if found.best:
        console.print("* better of the runs, where that has a meaning", style="dim")
    if found.same_result:
        console.print("Fills and equity are equal to the bit.", style="bold")
        return
    names = dict(zip(found.labels, short_labels(found.labels), strict=True))
    for parting in found.partings:
        pair = f"{names[found.labels[0]]} and {names[parting.label]}"
        console.print(escape(_parted(pair, parting)), soft_wrap=True)


def _parted(who: str, parting: "Parting") -> str:
    told = parting.to_dict()["fills"]
    if parting.index is None:
        return f"{who}: all fills are equal."
    return f"{who} part at fill {parting.index + 1}: {fill_in_words(told[0])} | {fill_in_words(told[1])}"


def fill_in_words(fill: dict[str, Any] | None) -> str:
    """Say a fill in a few words."""
    if fill is None:
        return "no more fills"
    side = "buy" if fill["quantity"] > 0 else "sell"
    when = fill["time"].removesuffix("Z").removesuffix("T00:00:00").replace("T", " ")
    return f"{side} {abs(fill['quantity']):.6g} at {fill['price']:.6g} on {when} ({fill['reason']})"


def in_words(row: "Difference") -> str:
    """Say what differs: the parameter's or the rule's own name, else its kind too."""
    return row.name if row.kind in {"parameter", "rule"} else f"{row.kind} {row.name}"


def _table(title: str, found: "Comparison", group: Sequence[int]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(title, style="dim", no_wrap=True)
    for index in group:
        table.add_column(escape(short_labels(found.labels)[index]), justify="right", overflow="fold")
    return table


def short_labels(labels: Sequence[str]) -> list[str]:
    """Cut fingerprints and long names where they stay apart: behind, else in the middle, else nowhere."""
    for cut in (_beginning, _both_ends):
        found = [_cut(label, cut) for label in labels]
        if len(set(found)) == len(set(labels)):
            return found
    return list(labels)


def _cut(label: str, cut: Callable[[str], str]) -> str:
    """Cut a label, but not the number that tells two of the same apart."""
    head, mark, number = label.partition("#")
    return f"{cut(head) if len(head) > NAME_WIDTH or _FINGERPRINT.fullmatch(head) else head}{mark}{number}"


def _beginning(name: str) -> str:
    return name[: DIGITS if _FINGERPRINT.fullmatch(name) else NAME_WIDTH]


def _both_ends(name: str) -> str:
    return name if _FINGERPRINT.fullmatch(name) else f"{name[:5]}…{name[-(NAME_WIDTH - 6) :]}"


def _cell(name: str, value: Any, *, better: bool) -> Text:
    text = Text(str(value)) if isinstance(value, str) else shown(BY_ID[name], value)
    return Text.assemble(text, "*" if better else " ", style="bold" if better else "")


def _setting(value: Any) -> str:
    text = "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    text = text.removesuffix("T00:00:00Z")
    return escape(text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}...") + " "
