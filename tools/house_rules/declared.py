"""Every package that the source imports is one that ``pyproject.toml`` asks for."""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from tools.house_rules.tree import Source, Violation

PACKAGE = "src/tradewright"
# Comes with another package, in the version that package needs.
BROUGHT_BY = {"llvmlite": "numba"}
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def undeclared_imports(root: Path) -> Callable[[Source], Iterator[Violation]]:
    """Return a rule for the files of `root`: it yields each import of a package nobody asked for."""
    declared = _declared(root / "pyproject.toml")
    homes = _homes()

    def rule(source: Source) -> Iterator[Violation]:
        if not source.within((PACKAGE,)):
            return
        for node, name in _imports(source.tree):
            given = {_plain(home) for home in homes.get(name, [name])} | {BROUGHT_BY.get(name, name)}
            if name not in sys.stdlib_module_names and name != "tradewright" and not given & declared:
                yield Violation(
                    source.path, node.lineno, f"'{name}' is not among the dependencies in pyproject.toml"
                )

    return rule


@cache
def _homes() -> dict[str, list[str]]:
    """Map import names to the packages that bring them; reading all metadata takes a moment."""
    return {name: list(packages) for name, packages in packages_distributions().items()}


def _declared(project: Path) -> set[str]:
    if not project.exists():
        return set()
    table = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    extras = (line for extra in table.get("optional-dependencies", {}).values() for line in extra)
    lines: list[str] = [*table.get("dependencies", []), *extras]
    return {_plain(name[0]) for line in lines if (name := _NAME.match(line))}


def _imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module.split(".")[0]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
