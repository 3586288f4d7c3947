"""Reading a condition over parameters: which words it may have, and where what cannot be read stands."""

import ast
import warnings
from collections.abc import Collection, Iterator
from typing import NoReturn

from tradewright.core.errors import InputError, nearest

FUNCTIONS = ("abs", "min", "max")
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_MOST_LETTERS, _MOST_DEPTH = 2_000, 50
_FORM = "Write comparisons of parameters, for instance 'fast < slow and stop_loss * 2 <= take_profit'."
_OTHERWISE = {"&&": "and", "||": "or", "&": "and", "|": "or", "!": "not", "<>": "!=", "=": "=="}


def read_condition(text: str, names: Collection[str]) -> ast.expr:
    """Return the tree of a condition that has nothing in it but what can be evaluated.

    Raises
    ------
    InputError
        ``E_WHERE`` naming what cannot be read and its place, or the name that is unknown.
    """
    reader = _Reader(" ".join(text.splitlines()).strip(), names)
    tree = reader.parsed()
    reader.condition(tree, 0)
    return tree


def name_of(node: ast.expr) -> str | None:
    """Return the name that `node` is, dotted or not; None when it is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = name_of(node.value)
        return None if owner is None else f"{owner}.{node.attr}"
    return None


def names_in(node: ast.expr) -> Iterator[str]:
    """Yield every name in `node`, those of functions left out."""
    name = name_of(node)
    if name is not None:
        yield name
        return
    inner = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
    for child in inner:
        if isinstance(child, ast.expr):
            yield from names_in(child)


class _Reader:
    """Walks the tree of one text and refuses what has no place in it."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self._text = text
        self._names = names

    def parsed(self) -> ast.expr:
        if len(self._text) > _MOST_LETTERS:
            self._fail(0, f"has more than {_MOST_LETTERS:,} letters", "Give several conditions instead.")
        if not self._text:
            self._fail(0, "is empty", _FORM)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about what is refused below
                return ast.parse(self._text, mode="eval").body
        except SyntaxError as wrong:
            self._fail((wrong.offset or 1) - 1, "cannot be read", self._hint())
        except (ValueError, RecursionError, MemoryError):
            self._fail(0, "cannot be read", _FORM)

    def condition(self, node: ast.expr, depth: int) -> None:
        """Take what is true or false."""
        self._require_shallow(node, depth)
        match node:
            case ast.BoolOp(values=parts):
                for part in parts:
                    self.condition(part, depth + 1)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self.condition(inner, depth + 1)
            case ast.Compare(left=left, ops=operators, comparators=others):
                self._operand(left, depth + 1)
                for operator, other in zip(operators, others, strict=True):
                    self._compared(operator, other, depth + 1)
            case ast.Name() | ast.Attribute():
                self._name(node)
            case ast.Constant(value=bool()):
                pass
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                self._refuse(node, "is no condition", "Write 'and' for both, 'or' for either.")
            case _:
                self._refuse(node, "is no condition", _FORM)

    def _compared(self, operator: ast.cmpop, node: ast.expr, depth: int) -> None:
        """Take what stands on the right of a comparison."""
        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(node, ast.Tuple | ast.List | ast.Set):
                self._refuse(node, "is no list", "Write for instance: direction in ('long', 'both').")
            for item in node.elts:
                self._operand(item, depth + 1)
        elif isinstance(operator, ast.Is | ast.IsNot):
            if not (isinstance(node, ast.Constant) and node.value is None):
                self._refuse(node, "cannot stand after 'is'", "Write == or !=; only None stands after 'is'.")
        else:
            self._operand(node, depth)

    def _operand(self, node: ast.expr, depth: int) -> None:
        """Take what has a value."""
        self._require_shallow(node, depth)
        match node:
            case ast.Name() | ast.Attribute():
                self._name(node)
            case ast.Constant(value=int() | float() | str() | None):
                pass
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
                self._operand(inner, depth + 1)
            case ast.BinOp(left=left, op=operator, right=right) if isinstance(operator, ARITHMETIC):
                self._operand(left, depth + 1)
                self._operand(right, depth + 1)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                self._arguments(node, name, arguments, depth)
            case _:
                self._refuse(node, "has no place in a condition", self._hint())

    def _arguments(self, node: ast.expr, name: str, arguments: list[ast.expr], depth: int) -> None:
        if (len(arguments) == 1) != (name == "abs") or not arguments:
            wanted = "one number" if name == "abs" else "two numbers or more"
            self._refuse(
                node, f"is not whole: {name} takes {wanted}", "Write abs(slow - fast) or max(fast, 5)."
            )
        for argument in arguments:
            self._operand(argument, depth + 1)

    def _name(self, node: ast.expr) -> None:
        name = name_of(node)
        if name is None:
            self._refuse(node, "has no place in a condition", _FORM)
        if name not in self._names:
            near = nearest(name, self._names)
            choices = sorted(self._names)
            fix = " or ".join(f"'{one}'" for one in near)
            raise InputError(
                "E_WHERE",
                f"where '{self._text}': unknown name '{name}' at letter {self._at(node) + 1}.",
                fix=f"Did you mean {fix}?" if near else f"Choose one of: {', '.join(choices[:24])}.",
                details={"where": self._text, "name": name, "nearest": near, "choices": choices},
            )

    def _require_shallow(self, node: ast.expr, depth: int) -> None:
        if depth > _MOST_DEPTH:
            self._refuse(node, "is nested too deeply", "Give several conditions instead.")

    def _refuse(self, node: ast.expr, what: str, fix: str) -> NoReturn:
        piece = ast.get_source_segment(self._text, node) or self._text
        self._fail(self._at(node), f"'{piece if len(piece) <= 60 else piece[:57] + '...'}' {what}", fix)

    def _at(self, node: ast.expr) -> int:
        """Return where `node` begins; Python counts bytes."""
        return len(self._text.encode()[: node.col_offset].decode(errors="ignore"))

    def _fail(self, at: int, what: str, fix: str) -> NoReturn:
        shown = self._text if len(self._text) <= 200 else f"{self._text[:197]}..."
        raise InputError(
            "E_WHERE",
            f"where '{shown}': {what}, at letter {at + 1}.",
            fix=fix,
            details={"where": shown, "at": at + 1},
        )

    def _hint(self) -> str:
        """Say what other languages' signs are here."""
        bare = self._text
        for sign in ("==", "!=", "<=", ">="):
            bare = bare.replace(sign, " ")
        found = next((sign for sign in _OTHERWISE if sign in bare), None)
        return f"Write '{_OTHERWISE[found]}' for '{found}'." if found else _FORM
