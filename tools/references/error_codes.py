"""Find every error and warning code in the source, with what is said there and the class it is raised as."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tradewright.core.errors import TradewrightError

_CODE = re.compile(r"[EW]_[A-Z0-9_]+")
_FIELD = re.compile(r"\{\w+\}")
# A strategy's notices carry their code in the text.
_NOTICE = re.compile(r"(W_[A-Z0-9_]+): (.+)", re.DOTALL)
_DOTS = re.compile(r"\.{5,}")


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a code: what it says there, and the error class where it is plain to see."""

    code: str
    room: str
    says: str = ""
    error: str = ""


def error_classes() -> dict[str, type[TradewrightError]]:
    """Return the error tree by name, the base first."""
    found: dict[str, type[TradewrightError]] = {}
    waiting: list[type[TradewrightError]] = [TradewrightError]
    while waiting:
        kind = waiting.pop(0)
        found[kind.__name__] = kind
        waiting += kind.__subclasses__()
    return found


def uses(package: Path) -> list[Use]:
    """Return every use of a code in the source of `package`, each once, by code and place."""
    trees = {
        path.relative_to(package).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
    }
    raised_as = _raised_as(list(trees.values()))
    found = {use for room, tree in trees.items() for use in _Scan(room, tree, raised_as).uses()}
    told = {use.code for use in found if use.says or use.error}
    return sorted(
        (use for use in found if use.says or use.error or use.code not in told),
        key=lambda use: (use.code, use.room, use.says),
    )


class _Scan:
    """One file: calls, dictionaries, tuples and texts that name a code, then codes that stand elsewhere."""

    def __init__(self, room: str, tree: ast.Module, raised_as: dict[str, str]) -> None:
        self.room, self.tree, self.raised_as = room, tree, raised_as
        self.assigned = [
            (node.lineno, node.targets[0].id, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        ]

    def uses(self) -> Iterator[Use]:
        for node in ast.walk(self.tree):
            for use in self._of(node):
                yield replace(use, says=_DOTS.sub("...", use.says))
        yield from self._notices()

    def _of(self, node: ast.AST) -> Iterator[Use]:
        match node:
            case ast.Call():
                yield from self._call(node)
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    if key is not None and (code := _code(key)):
                        yield Use(code, self.room, self._words(value))
            case ast.Tuple(elts=[first, *others]) if others and (code := _code(first)):
                yield Use(code, self.room, " ".join(filter(None, map(self._words, others))))
            case ast.FunctionDef():
                yield from self._defaults(node)
            case ast.Constant() if code := _code(node):
                yield Use(code, self.room)
            case _:
                return

    def _defaults(self, function: ast.FunctionDef) -> Iterator[Use]:
        """Find a code that a function raises when its caller names none, with what it says then."""
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        passing = [
            call
            for call in calls
            if any(word.arg == "code" and isinstance(word.value, ast.Name) for word in call.keywords)
        ]
        says = " ".join(filter(None, (self._words(node) for call in passing for node in call.args)))
        for default in filter(None, [*function.args.defaults, *function.args.kw_defaults]):
            if code := _code(default):
                yield Use(code, self.room, says, self.raised_as.get(function.name, ""))

    def _notices(self) -> Iterator[Use]:
        """Find texts that begin with their code: ``W_SOURCE: the source of ... cannot be read``."""
        nodes = list(ast.walk(self.tree))
        pieces = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in pieces:
                notice = _NOTICE.fullmatch(self._words(node))
                if notice is not None:
                    yield Use(notice[1], self.room, notice[2])

    def _call(self, call: ast.Call) -> Iterator[Use]:
        codes = [
            code for code in map(_code, [*call.args, *(keyword.value for keyword in call.keywords)]) if code
        ]
        if not codes:
            return
        fixes = [keyword.value for keyword in call.keywords if keyword.arg == "fix"]
        words = [self._words(node) for node in [*call.args, *fixes] if not _code(node)]
        name = _called(call)
        if name in {"UnknownNameError", "unknown"} and words:
            words = [f"unknown {words[0] or 'name'} '...'."]
        for code in codes:
            yield Use(code, self.room, " ".join(filter(None, words)), self.raised_as.get(name, ""))

    def _words(self, node: ast.expr) -> str:
        """Return the words of an expression, with ``...`` for what is only known at run time."""
        match node:
            case ast.Constant(value=str(text)):
                return _FIELD.sub("...", text)
            case ast.JoinedStr():
                return "".join(self._words(part) or "..." for part in node.values)
            case ast.BinOp():
                return (self._words(node.left) or "...") + (self._words(node.right) or "...")
            case ast.IfExp():
                return max(self._words(node.body), self._words(node.orelse), key=len)
            case ast.Name():
                near = [
                    value for line, name, value in self.assigned if name == node.id and line < node.lineno
                ]
                return self._words(near[-1]) if near and not isinstance(near[-1], ast.Name) else ""
            case _:
                return ""


def _raised_as(trees: list[ast.Module]) -> dict[str, str]:
    """Map each class of the tree, and each function that only wraps one, to the class that is raised."""
    found = {name: name for name in error_classes()} | _records(trees)
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for _ in range(2):  # a wrapper may call a wrapper
        for function in functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _called(node) in found and _is_wrapper(function):
                    found.setdefault(function.name, found[_called(node)])
    return found


def _records(trees: list[ast.Module]) -> dict[str, str]:
    """Map each class with a field ``code`` to the error that its own file makes from such a field."""
    found: dict[str, str] = {}
    for tree in trees:
        nodes = list(ast.walk(tree))
        made = [
            _called(node)
            for node in nodes
            if isinstance(node, ast.Call)
            and _called(node) in error_classes()
            and any(isinstance(given, ast.Attribute) and given.attr == "code" for given in node.args)
        ]
        carriers = [node.name for node in nodes if isinstance(node, ast.ClassDef) and _carries_code(node)]
        found.update(dict.fromkeys(carriers, made[0]) if made else {})
    return found


def _carries_code(record: ast.ClassDef) -> bool:
    return any(
        isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.target.id == "code"
        for line in record.body
    )


def _is_wrapper(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return any(argument.arg == "code" for argument in arguments)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _code(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)) if _CODE.fullmatch(text):
            return text
        case _:
            return ""
