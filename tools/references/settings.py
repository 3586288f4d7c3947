"""`docs/reference/settings.md`, from the declared environment variables."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.references.markdown import MADE, code, table
from tradewright.library.defaults import SETTINGS

PAGE = Path("docs/reference/settings.md")
_INTRODUCTION = f"""\
{MADE}
# Settings

There is no configuration file: what a run depends on is said where it is asked for, and stands in its
manifest. The environment only says where things are kept and computed, and how they are shown.

"""


def page(_root: Path) -> str:
    """Return the page."""
    rows = ([code(one.name), one.default, one.meaning] for one in SETTINGS)
    return _INTRODUCTION + table(("variable", "without it", "meaning"), rows)


def undeclared(package: Path) -> Iterator[str]:
    """Yield each place in the source of `package` that reads a variable which is not declared by name."""
    declared = {one.name for one in SETTINGS}
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = _read(node)
            if name is not None and name not in declared:
                yield f"{path.relative_to(package)}: {name}"


def _read(node: ast.AST) -> str | None:
    """Return the variable that `node` reads, as written; None when it reads none."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get" | "pop"), args=[key, *_]
        ):
            pass
        case ast.Call(func=ast.Attribute(attr="getenv"), args=[key, *_]):
            pass
        case ast.Subscript(value=ast.Attribute(attr="environ"), slice=key):
            pass
        case _:
            return None
    return str(key.value) if isinstance(key, ast.Constant) else ast.unparse(key)
