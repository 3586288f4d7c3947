"""What an import finds: notes are counted, a rejection says row, column, value, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from tradewright.core.errors import DataError
from tradewright.data.importers.notes import REPAIRED

# How many line numbers a note keeps.
FEW = 5


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that an import cannot accept.

    Attributes
    ----------
    code
        ``E_...`` of the error reference.
    problem
        What is wrong, as the end of a sentence: ``is not a number``.
    fix
        What to do about it, one sentence.
    row
        Line in the file, counted from 1; 0 when the file as a whole is meant.
    column, value
        Where in the row, and the text that stands there.
    rows
        How many rows are like this, where that was counted.
    """

    code: str
    problem: str
    fix: str
    row: int = 0
    column: str = ""
    value: str = ""
    rows: int = 1
    more: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Facts:
    """How a file is written, as far as the stages have come; a preview shows it."""

    encoding: str = ""
    compression: str = ""
    layout: str = ""
    delimiter: str = ""
    header: bool = True
    columns: dict[str, str] = field(default_factory=dict[str, str])
    ignored: tuple[str, ...] = ()
    symbols: dict[str, int] = field(default_factory=dict[str, int])
    rows: int = 0
    time_format: str = ""
    timezone: str = ""


class Findings:
    """Collects what the stages learn, note and cannot accept about one source.

    Parameters
    ----------
    source
        What is read, as messages name it.
    strict
        Whether a repair is a rejection (``E_STRICT``).
    """

    def __init__(self, source: str, *, strict: bool = False) -> None:
        self.source = source
        self.strict = strict
        self.notes: dict[str, int] = {}
        self.lines: dict[str, tuple[int, ...]] = {}
        self.repaired: set[str] = set()
        self.facts = Facts()
        self._issues: list[Issue] = []

    def note(self, code: str, count: int = 1, lines: Iterable[int] = ()) -> None:
        """Count something accepted; a count of 0 is nothing.

        Parameters
        ----------
        lines
            The lines of the file where it is; the first few are kept.
        """
        if not count:
            return
        self.notes[code] = self.notes.get(code, 0) + int(count)
        known = self.lines.get(code, ())
        first = tuple(sorted({*known, *(int(line) for line in list(lines)[:FEW])}))[:FEW]
        if first:
            self.lines[code] = first

    def repair(self, code: str, count: int, lines: Iterable[int] = ()) -> None:
        """Count something repaired; see :meth:`note`.

        Raises
        ------
        DataError
            ``E_STRICT`` when repairs are not allowed.
        """
        if not count:
            return
        first = [int(line) for line in list(lines)[:FEW]]
        if self.strict:
            what = REPAIRED[code].format(n=f"{int(count):,}").split(";")[0].rstrip(".")
            fix = "Correct the file, or import it without strict."
            row = first[0] if first else 0
            more = {"repair": code}
            problem = f"needs a repair, and strict allows none ({code}): {what}"
            self.reject(Issue("E_STRICT", problem, fix, row=row, rows=int(count), more=more))
        self.repaired.add(code)
        self.note(code, count, first)

    def add(self, issue: Issue) -> None:
        """Keep an issue until :meth:`settle`, so that the first row that is wrong is named first."""
        self._issues.append(issue)

    def reject(self, issue: Issue) -> NoReturn:
        """Raise `issue` at once.

        Raises
        ------
        DataError
            Always.
        """
        raise self._error(issue)

    def settle(self) -> None:
        """Raise the issue of the earliest row, if there is any.

        Raises
        ------
        DataError
            With the issue's code.
        """
        if self._issues:
            raise self._error(min(self._issues, key=lambda issue: issue.row))

    def _error(self, issue: Issue) -> DataError:
        where = f"{self.source} row {issue.row}" if issue.row else self.source
        what = f"{issue.column} '{_short(issue.value)}' " if issue.column else ""
        others = f" In all, {issue.rows:,} rows are like this." if issue.rows > 1 else ""
        details: dict[str, Any] = {"source": self.source, **issue.more}
        if issue.row:
            details |= {"row": issue.row, "rows": issue.rows}
        if issue.column:
            details |= {"column": issue.column, "value": issue.value}
        return DataError(
            issue.code, f"{where}: {what}{issue.problem}.{others}", fix=issue.fix, details=details
        )


def _short(value: str, limit: int = 60) -> str:
    return value if len(value) <= limit else value[: limit - 3] + "..."
