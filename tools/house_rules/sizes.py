"""How long a file or a function may be, and how full a folder."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.house_rules.tree import Source, Violation, entries, folders

FILE_LINES = 500
TEST_FILE_LINES = 600
FUNCTION_LINES = 60
KERNEL_LINES = 120
FOLDER_ENTRIES = 20
# One file per module is the point of a category; the same goes for the values each is tested against.
UNCOUNTED_FOLDERS = (Path("src/tradewright/modules"), Path("tests/golden"), Path("tests/unit/modules"))


def file_sizes(source: Source) -> Iterator[Violation]:
    """Yield a violation when the file is longer than its kind may be."""
    limit = TEST_FILE_LINES if source.within(("tests",)) else FILE_LINES
    if source.lines > limit:
        yield Violation(source.path, source.lines, f"file has {source.lines} lines, the limit is {limit}")


def function_sizes(source: Source) -> Iterator[Violation]:
    """Yield a violation for each function that is too long, from its ``def`` to its last line."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.end_lineno is None:
            continue
        limit = KERNEL_LINES if _is_kernel(node) else FUNCTION_LINES
        length = node.end_lineno - node.lineno + 1
        if length > limit:
            yield Violation(
                source.path, node.lineno, f"function '{node.name}' has {length} lines, the limit is {limit}"
            )


def folder_sizes(root: Path) -> Iterator[Violation]:
    """Yield a violation for each folder that shows more than a reader takes in at a glance."""
    for folder in folders(root):
        if any(folder.is_relative_to(place) for place in UNCOUNTED_FOLDERS):
            continue
        count = len(entries(root, folder))
        if count > FOLDER_ENTRIES:
            yield Violation(folder, 1, f"folder has {count} entries, the limit is {FOLDER_ENTRIES}")


def _is_kernel(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Name) and decorator.id == "kernel" for decorator in node.decorator_list
    )
