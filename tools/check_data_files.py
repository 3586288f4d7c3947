"""Check that every JSON and YAML file says one thing only: `python -m tools.check_data_files [ROOT]`.

Stricter than most parsers: a key given twice, NaN and Infinity are errors.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

SKIPPED = frozenset({"node_modules", "build", "dist", "runs"})


def faults(root: Path) -> Iterator[str]:
    """Yield one line for each file that cannot be read in exactly one way."""
    for path in _files(root):
        try:
            _read(path)
        except (ValueError, YAMLError) as fault:
            yield f"{path.relative_to(root)}: {' '.join(str(fault).split())}"


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.glob(".*.y*ml")):
        yield path
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix in {".json", ".yaml", ".yml"} and not any(_skipped(part) for part in parts):
            yield path


def _skipped(part: str) -> bool:
    return part.startswith(".") or part in SKIPPED


def _read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    else:
        YAML(typ="safe", pure=True).load(text)  # pyright: ignore[reportUnknownMemberType] - ruamel types streams as unknown


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key given twice: {next(key for key in keys if keys.count(key) > 1)!r}")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def main() -> int:
    """Print the faults; return 1 when there is one."""
    found = list(faults(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    for fault in found:
        print(fault)
    print(f"data files: {len(found)} broken" if found else "data files: all read")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
