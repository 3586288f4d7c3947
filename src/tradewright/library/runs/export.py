"""A run as files for other programs. CSV, JSON and Parquet agree to the last digit."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from tradewright.core.errors import EnvironmentFaultError, InputError, UnknownNameError
from tradewright.core.optional import optional
from tradewright.library.run_pages import material_of
from tradewright.library.runs.columns import rows_of
from tradewright.library.runs.layouts import parquet_of
from tradewright.library.tables import as_polars
from tradewright.metrics.catalog import BY_ID
from tradewright.reports.html.report import report_page

if TYPE_CHECKING:
    from tradewright.library.run_view import RunView

Kind = Literal["csv", "json", "parquet", "html"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# What a spreadsheet takes for a formula when a text begins with it.
_FORMULA = r"^[=+\-@\t\r]"
_ISO = "%Y-%m-%dT%H:%M:%S%.fZ"

Content = Callable[[], bytes]


def export_run(run: "RunView", path: Path, to: Kind | None, *, overwrite: bool) -> list[Path]:
    """Write `run` as files; see :meth:`RunView.export`."""
    kind = _kind(path, to)
    files = _files(run, kind, path)
    taken = [target for target in files if target.exists() and not overwrite]
    if taken:
        raise InputError(
            "E_EXPORT_EXISTS",
            f"'{taken[0]}' is there already.",
            fix="Choose another place, or say overwrite (--overwrite).",
            details={"paths": [str(target) for target in taken]},
        )
    _write({target: content() for target, content in files.items()})
    return list(files)


def _write(files: Mapping[Path, bytes]) -> None:
    """Write files of one folder: all of them are on disk before the first gets its name."""
    folder = next(iter(files)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as drafts:
            for target, content in files.items():
                (Path(drafts) / target.name).write_bytes(content)
            for target in files:
                (Path(drafts) / target.name).replace(target)
    except OSError as refused:
        raise EnvironmentFaultError(
            "E_WRITE",
            f"cannot write to '{folder}': {refused.strerror}.",
            fix="Choose a place you may write to, or free some space.",
            details={"path": str(folder)},
        ) from refused


def _kind(path: Path, to: str | None) -> Kind:
    for kind in KINDS:
        if (to or path.suffix.removeprefix(".")).casefold() == kind:
            return kind
    if to is not None:
        raise UnknownNameError("E_EXPORT_KIND", "kind of file", to, KINDS)
    raise InputError(
        "E_EXPORT_KIND",
        f"'{path}' does not say which kind of file to write.",
        fix=f"End it with one of {', '.join(f'.{kind}' for kind in KINDS)}, or say --to KIND.",
        details={"path": str(path), "choices": list(KINDS)},
    )


def _files(run: "RunView", kind: Kind, path: Path) -> dict[Path, Content]:
    """Return what is written where: one file where `path` ends like one, else a folder of them."""
    single = path.suffix.casefold() == f".{kind}"
    if kind == "html":
        return {path if single else path / "report.html": partial(_page, run)}
    if kind == "json":
        return {path if single else path / "run.json": partial(_json, run)}
    tables = {"trades": run.trade_columns, "fills": run.fill_columns, "equity": run.equity_columns}
    table = _parquet if kind == "parquet" else _csv
    if single:
        return {path: partial(table, run.trade_columns)}
    metrics = _parquet_metrics if kind == "parquet" else _csv_metrics
    files: dict[Path, Content] = {
        path / f"{name}.{kind}": partial(table, columns) for name, columns in tables.items()
    }
    return files | {path / f"metrics.{kind}": partial(metrics, run)}


def _page(run: "RunView") -> bytes:
    return report_page(material_of(run)).encode("utf-8", "replace")


def _json(run: "RunView") -> bytes:
    whole = run.to_dict() | {"fills": rows_of(run.fill_columns()), "equity": rows_of(run.equity_columns())}
    return (json.dumps(whole, indent=2, allow_nan=False) + "\n").encode()


def _parquet(columns: Callable[[], Mapping[str, Any]]) -> bytes:
    return parquet_of(as_polars(columns()))


def _csv(columns: Callable[[], Mapping[str, Any]]) -> bytes:
    return csv_of(columns()).encode()


def csv_of(columns: Mapping[str, Any]) -> str:
    """Return a table as CSV: times as in JSON, no value where a number is none, texts never a formula."""
    polars: Any = optional("polars")
    frame: Any = as_polars(columns)
    shown: list[Any] = []
    for name, kind in frame.schema.items():
        column: Any = polars.col(name)
        if kind.is_temporal():
            shown.append(column.dt.strftime(_ISO))
        elif kind.is_float():
            shown.append(polars.when(column.is_finite()).then(column))
        elif kind == polars.String:
            risky = column.str.contains(_FORMULA)
            shown.append(polars.when(risky).then(polars.lit("'") + column).otherwise(column).alias(name))
    return str(frame.with_columns(shown).write_csv())


def _parquet_metrics(run: "RunView") -> bytes:
    """Write numbers and words apart: a column has one type."""
    polars: Any = optional("polars")
    words = {name: value for name, value in run.metrics.items() if isinstance(value, str)}
    columns = {
        "metric": list(run.metrics),
        "value": [None if name in words else value for name, value in run.metrics.items()],
        "word": [words.get(name) for name in run.metrics],
    }
    schema = {"metric": polars.String, "value": polars.Float64, "word": polars.String}
    return parquet_of(polars.DataFrame(columns, schema=schema))


def _csv_metrics(run: "RunView") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("metric", "value", "unit"))
    for name, value in run.metrics.items():
        shown = "" if value is None else value if isinstance(value, str) else repr(value)
        writer.writerow((name, shown, BY_ID[name].unit))
    return text.getvalue().encode()
