"""What a crash can leave beside the series: bars half kept, and series half removed."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from tradewright.data.stores.parquet.files import PARTIAL, writing
from tradewright.data.stores.parquet.links import FOLDER

REMOVED = ".removed"
# Who writes for longer than this is dead; to keep bars takes a second.
_OLD_S = 3_600.0


def sweep(root: Path, *, apply: bool) -> int:
    """Return the bytes of what crashes left under the root of a store; remove it when `apply` is True.

    Raises
    ------
    EnvironmentFaultError
        ``E_WRITE`` when it cannot be removed.
    """
    taken = 0
    for path in list(_left(root)):
        inside = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        taken += sum(piece.stat().st_size for piece in inside)
        if apply:
            with writing(path):
                path.unlink() if path.is_file() else shutil.rmtree(path)
    return taken


def _left(root: Path) -> Iterator[Path]:
    yield from root.glob(f"owner=*/venue=*/symbol=*/timeframe=*{REMOVED}")
    for path in (root / FOLDER).glob(f"*{PARTIAL}"):
        if time.time() - path.stat().st_mtime > _OLD_S:
            yield path
