"""Names that say nothing: a reader cannot tell from them what is inside."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.house_rules.tree import Source, Violation, entries, folders

EMPTY_WORDS = frozenset({"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def path_names(root: Path) -> Iterator[Violation]:
    """Yield a violation for each file or folder with an empty word in its name."""
    for folder in folders(root):
        for name in entries(root, folder):
            word = _empty_word(Path(name).stem)
            if word:
                yield Violation(folder / name, 1, f"'{word}' says nothing: name the thing it holds")


def class_names(source: Source) -> Iterator[Violation]:
    """Yield a violation for each class with an empty word in its name."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and (word := _empty_word(node.name)):
            yield Violation(
                source.path, node.lineno, f"class '{node.name}': '{word}' says nothing: name its job"
            )


def _empty_word(name: str) -> str | None:
    words = (word.lower() for word in _WORD.findall(name))
    return next((word for word in words if word in EMPTY_WORDS), None)
