"""Check this repository, or the tree given as argument: `python -m tools.house_rules [ROOT]`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tools.house_rules.declared import undeclared_imports
from tools.house_rules.doors import environment, imports_by_name
from tools.house_rules.names import class_names, path_names
from tools.house_rules.sizes import file_sizes, folder_sizes, function_sizes
from tools.house_rules.tree import Violation, sources

FILE_RULES = (file_sizes, function_sizes, class_names, environment, imports_by_name)
TREE_RULES = (folder_sizes, path_names)


def violations(root: Path) -> Iterator[Violation]:
    """Yield every broken limit in the tree under `root`."""
    for tree_rule in TREE_RULES:
        yield from tree_rule(root)
    declared = undeclared_imports(root)
    for source in sources(root):
        for file_rule in (*FILE_RULES, declared):
            yield from file_rule(source)


def main() -> int:
    """Print what is broken; return 1 when anything is."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = list(violations(root))
    for violation in found:
        print(violation)
    print(f"house rules: {len(found)} broken" if found else "house rules: kept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
