"""``tradewright strategies``, ``modules`` and ``venues``: what there is."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import tradewright as tw
from tradewright.core.errors import UnknownNameError
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.terminal import out, print_json

Name = Annotated[str | None, typer.Argument(help="Show this one in full.", show_default=False)]


def strategies(name: Name = None, as_json: Json = False) -> None:
    """List the built-in strategies, or show one with its rules, origin and parameters."""
    cards = tw.list_strategies()
    if name is None:
        _list("strategies", cards, ("id", "title", "description"), as_json=as_json)
        return
    card = _pick(cards, name, "E_STRATEGY", "strategy")
    if as_json:
        print_json(card)
    else:
        _print_card(out(), card)


def modules(name: Name = None, as_json: Json = False) -> None:
    """List the modules, or show one with its parameters and outputs."""
    schemas = tw.list_modules()
    if name is None:
        _list("modules", schemas, ("id", "category", "title"), as_json=as_json)
        return
    schema = _pick(schemas, name, "E_MODULE", "module")
    if as_json:
        print_json(schema)
    else:
        _print_module(out(), schema)


def venues(name: Name = None, as_json: Json = False) -> None:
    """List the presets of venues, or show one with its rules, tiers, symbols and sources."""
    cards = tw.list_venues()
    if name is None:
        rows = [{**card, "accounts": " ".join(card["tiers"]), "source": card["source"][0]} for card in cards]
        shown = ("name", "as_of", "accounts", "source")
        _list("venues", cards if as_json else rows, shown, as_json=as_json)
        return
    card = tw.list_venues(name)[0]
    if as_json:
        print_json(card)
    else:
        _print_venue(out(), card)


def _pick(items: list[dict[str, Any]], name: str, code: str, kind: str) -> dict[str, Any]:
    by_id = {item["id"]: item for item in items}
    if name not in by_id:
        raise UnknownNameError(code, kind, name, by_id)
    return by_id[name]


def _list(kind: str, items: list[dict[str, Any]], fields: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({kind: items})
        return
    table = _table(*fields)
    for item in items:
        table.add_row(*(escape(str(item[field])) for field in fields))
    out().print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, no_wrap=column not in {"description", "meaning", "accounts", "source"})
    return table


def _print_card(console: Console, card: dict[str, Any]) -> None:
    console.print(f"[bold]{escape(card['title'])}[/] [dim]{card['id']}[/]\n")
    console.print(escape(card["description"]))
    for label, text in (
        ("Origin", card["origin"]),
        ("Made for", card["made_for"]),
        ("Weak when", " ".join(card["weaknesses"])),
    ):
        console.print(f"\n[dim]{label}:[/] {escape(text)}")
    table = _table("parameter", "default", "from", "to", "title")
    for parameter in card["parameters"]:
        table.add_row(*(_cell(parameter.get(key)) for key in ("name", "default", "min", "max", "title")))
    console.print()
    console.print(table)
    console.print(f"\n[dim]tradewright backtest {card['id']} --data sample:GOOG[/]")


def _print_venue(console: Console, card: dict[str, Any]) -> None:
    console.print(
        f"[bold]{escape(card['title'])}[/] [dim]{escape(card['name'])} · as of {card['as_of']}[/]\n"
    )
    table = _table("rule", "value")
    extra = {name: card[name] for name in ("leverage_cap", "funding_hours", "borrow_hours") if card[name]}
    for rule, value in {**card["rules"], **extra}.items():
        table.add_row(rule, _cell(value))
    console.print(table)
    for label, words in (
        ("Accounts", card["tiers"]),
        ("Symbols", card["symbols"] or ["all"]),
        ("Left out", card["not_modelled"]),
        ("Source", card["source"]),
    ):
        console.print(f"\n[dim]{label}:[/] {escape('; '.join(words))}")
    console.print(
        f"\n[dim]tradewright backtest ma_crossover --data sample:GOOG --venue {escape(card['name'])}[/]"
    )


def _print_module(console: Console, schema: dict[str, Any]) -> None:
    console.print(f"[bold]{escape(schema['title'])}[/] [dim]{schema['id']} · {schema['category']}[/]\n")
    for paragraph in schema["description"].split("\n\n"):
        console.print(escape(" ".join(paragraph.split())), "\n")
    table = _table("parameter", "default", "from", "to", "meaning")
    for name, field in schema["params"]["properties"].items():
        low = field.get("minimum", field.get("exclusiveMinimum"))
        high = field.get("maximum", field.get("exclusiveMaximum"))
        table.add_row(name, *(_cell(cell) for cell in (field["default"], low, high, field["description"])))
    console.print(table)
    outputs = _table("output", "title", "states")
    for output in schema["outputs"]:
        outputs.add_row(output["id"], escape(output["title"]), " ".join(output["states"]))
    console.print()
    console.print(outputs)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else escape(str(value))
