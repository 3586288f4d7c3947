"""Write the pages that are made from the source: `python -m tools.references [--write]`.

Without `--write`, says whether they are current.
"""

import sys
from pathlib import Path

from tools.references import (
    command_line,
    errors,
    metrics,
    modules,
    profiles,
    python_names,
    settings,
    strategies,
)

PAGES = (command_line, errors, metrics, modules, profiles, python_names, settings, strategies)


def wanted(root: Path) -> dict[Path, str]:
    """Return what each page under `root` should hold."""
    return {root / part.PAGE: part.page(root) for part in PAGES}


def stale(root: Path) -> list[Path]:
    """Return the pages that hold something else."""
    return [path for path, text in wanted(root).items() if not _holds(path, text)]


def main(arguments: list[str]) -> int:
    """Write the pages, or return 1 when one is not current."""
    root = Path.cwd()
    if mute := errors.silent(root):
        print(f"references: nothing is said of {', '.join(mute)}; give each its sentence")
        return 1
    if "--write" in arguments:
        for path, text in wanted(root).items():
            path.write_text(text, encoding="utf-8")
        return 0
    found = stale(root)
    for path in found:
        print(f"{path.relative_to(root)}: not current; run `make docs`")
    print(f"references: {len(found)} not current" if found else f"references: {len(PAGES)} current")
    return 1 if found else 0


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
