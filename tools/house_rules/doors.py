"""Things that may enter at one place only: the environment, and modules imported by a computed name."""

import ast
from collections.abc import Iterator

from tools.house_rules.tree import Source, Violation

PACKAGE = "src/tradewright"
# Settings belong to the outermost floors; the library reads the environment in one file.
ENVIRONMENT_READERS = (
    f"{PACKAGE}/library/defaults.py",
    f"{PACKAGE}/platform/settings.py",
    f"{PACKAGE}/entrypoints",
)
ENVIRONMENT_NAMES = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"})
# import-linter cannot see an import by name, so each such place is listed, with what it is for.
IMPORTERS_BY_NAME = (
    f"{PACKAGE}/__init__.py",  # the lazy face
    f"{PACKAGE}/core/optional.py",  # optional extras
    f"{PACKAGE}/modules/registry.py",  # modules by id, on first use
)
IMPORT_NAMES = frozenset({"import_module", "__import__"})


def environment(source: Source) -> Iterator[Violation]:
    """Yield a violation for each read or write of the process environment outside its readers."""
    if not source.within((PACKAGE,)) or source.within(ENVIRONMENT_READERS):
        return
    for node, name in _uses(source.tree, "os"):
        if name in ENVIRONMENT_NAMES:
            yield Violation(source.path, node.lineno, f"'os.{name}' is for {ENVIRONMENT_READERS[0]} only")


def imports_by_name(source: Source) -> Iterator[Violation]:
    """Yield a violation for each import by a computed name outside the places made for it."""
    if not source.within((PACKAGE,)) or source.within(IMPORTERS_BY_NAME):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and (name := _called(node)) in IMPORT_NAMES:
            yield Violation(source.path, node.lineno, f"'{name}': optional extras come through core.optional")


def _uses(tree: ast.Module, module: str) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Yield ``module.name`` and ``from module import name``, whatever the module is called here."""
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == module
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            yield node, node.attr
        elif isinstance(node, ast.ImportFrom) and node.module == module:
            yield from ((node, alias.name) for alias in node.names)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
