"""Parquet files as text with commas, so that every check of a text file is made on them too."""

import io
from typing import Any

from tradewright.core.optional import optional
from tradewright.data.importers.findings import Findings, Issue

MAGIC = b"PAR1"

_BYTES_PER_CELL = 8
# What pandas calls an index without a name.
_INDEX = "__index_level_0__"


def as_text(raw: bytes, limit: int, findings: Findings) -> bytes:
    """Return a Parquet file as text; columns of lists or bytes are left out.

    Numbers are written in the fewest digits that tell them from their neighbours: those of 64 bits keep every
    bit, and one of 32 bits becomes the decimal that it stands for (99.62, not 99.62000275).

    Parameters
    ----------
    limit
        The most bytes that the table may take.

    Raises
    ------
    DataError
        ``E_NOT_TEXT`` when it cannot be read, ``E_TOO_LARGE``, ``E_NO_ROWS``.
    """
    polars: Any = optional("polars")
    findings.facts.layout = "Parquet"
    try:
        scan = polars.scan_parquet(io.BytesIO(raw))
        schema: dict[str, Any] = dict(scan.collect_schema())
        kept = [name for name, kind in schema.items() if not (kind.is_nested() or kind == polars.Binary)]
        rows = int(scan.select(polars.len()).collect().item())
        if rows * max(1, len(kept)) * _BYTES_PER_CELL > limit:
            fix = "Split the file, or load a shorter span."
            findings.reject(Issue("E_TOO_LARGE", f"larger than {limit // 2**20:,} MiB unpacked", fix))
        frame = scan.select(kept).collect()
        if _INDEX in kept:
            frame = frame.select(_INDEX, polars.exclude(_INDEX)).rename({_INDEX: ""})
        text = frame.write_csv(None).encode()
    except polars.exceptions.PanicException:
        # What it says has numbers of tasks in it, which mean nothing and differ each time.
        findings.reject(Issue("E_NOT_TEXT", "the Parquet file is damaged", "Write it again."))
    except (polars.exceptions.PolarsError, OSError) as damaged:
        problem = f"the Parquet file cannot be read ({str(damaged).splitlines()[0]})"
        findings.reject(Issue("E_NOT_TEXT", problem, "Write it again."))
    if not rows or not kept:
        findings.reject(Issue("E_NO_ROWS", "a table without rows", "Give a table with prices."))
    findings.facts.ignored = tuple(name for name in schema if name not in kept)
    return text
