"""`docs/reference/errors.md`, from the codes that stand in the source."""

from pathlib import Path

from tools.references.error_codes import Use, error_classes, uses
from tools.references.markdown import MADE, code, table

PAGE = Path("docs/reference/errors.md")
_INTRODUCTION = f"""\
{MADE}
# Errors and warnings

An error stops the command with the exit code shown. A warning stands in the result and says where
trust ends. `...` stands for the names and values of your case.
"""


def page(root: Path) -> str:
    """Return the page for the source under `root`."""
    found = uses(root / "src" / "tradewright")
    errors = _rows([use for use in found if use.code.startswith("E_")], exits=True)
    warnings = _rows([use for use in found if use.code.startswith("W_")], exits=False)
    return "\n".join(
        [
            _INTRODUCTION,
            f"## Exit codes\n\n{exit_codes()}",
            f"## Errors\n\n{table(('code', 'exit', 'says', 'from'), errors)}",
            f"## Warnings\n\n{table(('code', 'says', 'from'), warnings)}",
        ]
    )


def exit_codes() -> str:
    """Return the table of what a command ends with."""
    meanings = {0: "Done.", 1: "A fault of Tradewright itself."}
    for kind in error_classes().values():
        meanings.setdefault(kind.exit_code, (kind.__doc__ or "").split("\n")[0])
    return table(("exit code", "meaning"), ([str(number), told] for number, told in sorted(meanings.items())))


def silent(root: Path) -> list[str]:
    """Return the codes of which the source says nothing that a reader could use."""
    found = uses(root / "src" / "tradewright")
    return sorted({use.code for use in found} - {use.code for use in found if use.says.strip(". ")})


def _rows(found: list[Use], *, exits: bool) -> list[list[str]]:
    classes = error_classes()
    rows: list[list[str]] = []
    for name in dict.fromkeys(use.code for use in found):
        here = [use for use in found if use.code == name]
        ends = sorted({str(classes[use.error].exit_code) for use in here if use.error})
        says = "<br>".join(dict.fromkeys(use.says for use in here if use.says)).replace("|", "\\|")
        rooms = " ".join(dict.fromkeys(code(use.room) for use in here))
        rows.append([code(name), *([", ".join(ends)] if exits else []), says, rooms])
    return rows
