"""A whole document: its header, parameters, blocks, orders and market, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from tradewright.core.errors import DocumentError
from tradewright.strategy.document.conditions import members_of, read_group
from tradewright.strategy.document.constraints import Constraint, read_constraints
from tradewright.strategy.document.cursor import Cursor, camel, snake
from tradewright.strategy.document.entries import read_entry, read_fills
from tradewright.strategy.document.exits import read_exit
from tradewright.strategy.document.levels import OwnPrices
from tradewright.strategy.document.market import MarketContext, read_market
from tradewright.strategy.document.parameters import Parameter, Substitution, bind, declared
from tradewright.strategy.plan import ROLES, Direction, Node, PlacedPrice, Role

TEXTS = ("id", "title", "description", "origin", "made_for", "version")
_FIELDS = (
    *TEXTS,
    "weaknesses",
    "parameters",
    "constraints",
    "market_context",
    "decision_blocks",
    "entry",
    "exit",
    "fills",
    "quick_test",
)
_BLOCK_FIELDS = ("label", "description", "role", "match", "selected", "sub_confirmations")


@dataclass(frozen=True, slots=True)
class Header:
    """What a document says about itself; none of it decides anything."""

    id: str = ""
    title: str = ""
    description: str = ""
    origin: str = ""
    made_for: str = ""
    version: str = ""
    weaknesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One decision block; `role` is None where the document leaves it to the direction."""

    role: Role | None
    node: Node
    path: str


@dataclass(frozen=True, slots=True)
class Document:
    """A strategy document as read, with its parameters bound."""

    header: Header
    parameters: Mapping[str, Parameter]
    values: Mapping[str, float]
    blocks: tuple[Block, ...]
    direction: Direction | None = None
    rules: Mapping[str, Any] = field(default_factory=dict[str, Any])
    market: MarketContext = MarketContext()
    warnings: tuple[str, ...] = ()
    prices: Mapping[str, PlacedPrice] = field(default_factory=dict[str, PlacedPrice])


def read_document(raw: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> Document:
    """Read a strategy document.

    Parameters
    ----------
    raw
        The document as plain data; camelCase and snake_case field names alike.
    given
        Values for its declared parameters; text is read as the declared type.

    Raises
    ------
    DocumentError
        For the first thing wrong, with its path in the document.
    UnknownNameError, ParameterError
        For something wrong in `given`.
    """
    try:
        return _read(Cursor(raw), given or {})
    except RecursionError as deep:
        raise DocumentError("E_DOCUMENT", "", "it is nested too deeply to be read.") from deep


def _read(root: Cursor, given: Mapping[str, Any]) -> Document:
    parameters, values = _bound(root, given)
    fields = _substituted(root, values).fields(*_FIELDS)
    market, direction = read_market(fields.get("market_context"), fields.get("quick_test"))
    blocks, warnings = _blocks(root, fields.get("decision_blocks"))
    prices = OwnPrices("short" if direction == "short" else "long")
    rules = {
        **read_entry(fields.get("entry"), prices),
        **read_exit(fields.get("exit"), prices),
        **read_fills(fields.get("fills")),
    }
    return Document(
        header=_header(fields),
        parameters=parameters,
        values=values,
        blocks=tuple(blocks),
        direction=cast("Direction | None", direction),
        rules=rules,
        market=market,
        warnings=tuple(warnings),
        prices=prices.found,
    )


def read_header(raw: Mapping[str, Any]) -> tuple[Header, Mapping[str, Parameter]]:
    """Read only what describes a document: its header and the parameters it declares."""
    fields = Cursor(raw).fields(*_FIELDS)
    return _header(fields), declared(fields.get("parameters"))


def owner_of(name: str) -> str:
    """Return what messages call the document with the id `name`, which may be empty."""
    return f"strategy '{name}'" if name else "the strategy document"


def _bound(root: Cursor, given: Mapping[str, Any]) -> tuple[dict[str, Parameter], dict[str, float]]:
    fields = root.fields(*_FIELDS)
    parameters = declared(fields.get("parameters"))
    constraints: tuple[Constraint, ...] = read_constraints(fields.get("constraints"), list(parameters))
    name = fields["id"].text() if "id" in fields else ""
    owner = owner_of(name)
    values = bind(parameters, given, owner)
    for constraint in constraints:
        constraint.check(values, owner)
    return parameters, values


def _substituted(root: Cursor, values: Mapping[str, float]) -> Cursor:
    """Put the values in place of the references to them; each must be referred to."""
    substitution = Substitution(values)
    whole: dict[str, Any] = {}
    for key in root.mapping():
        place = root.child(key)
        whole[key] = place.value if snake(key) == "parameters" else substitution.apply(place)
    for name in values:
        if name not in substitution.used:
            declarations = next(root.child(key) for key in root.mapping() if snake(key) == "parameters")
            declarations.child(name).fail(
                "the parameter is declared but nothing uses it.",
                fix=f'Write {{"parameter": "{name}"}} where its value belongs, or drop it.',
            )
    return Cursor(whole)


def _header(fields: Mapping[str, Cursor]) -> Header:
    texts = {name: fields[name].text() for name in TEXTS if name in fields}
    weaknesses = tuple(item.text() for item in fields["weaknesses"].items()) if "weaknesses" in fields else ()
    return Header(**texts, weaknesses=weaknesses)


def _blocks(root: Cursor, place: Cursor | None) -> tuple[list[Block], list[str]]:
    if place is None:
        root.fail("there is no 'decisionBlocks'.", fix="A strategy needs at least one block that enters.")
    places = place.items()
    if not places:
        place.fail("the list is empty; a strategy needs at least one block that enters.")
    blocks: list[Block] = []
    warnings: list[str] = []
    for item in places:
        block = _block(item)
        if block is not None:
            blocks.append(block)
        else:
            warnings.append(f"W_EMPTY_BLOCK: {item.path} has nothing selected and is left out.")
    return blocks, warnings


def _block(place: Cursor) -> Block | None:
    fields = place.fields(*_BLOCK_FIELDS)
    if "selected" in fields and not fields["selected"].flag():
        return None
    if "sub_confirmations" not in fields:
        place.fail("the block has no 'subConfirmations'.")
    node = read_group(members_of(fields["sub_confirmations"]), fields.get("match"))
    role = None
    if "role" in fields:
        role = cast("Role", snake(fields["role"].choice([camel(name) for name in ROLES], "role")))
    return None if node is None else Block(role, node, place.path)
