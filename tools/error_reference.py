"""Write `docs/reference/errors.md` from the codes that stand in the source.

`python -m tools.error_reference --write` writes the page; without it, says whether the page is current.
"""

import sys
from pathlib import Path

from tools.error_codes import Use, error_classes, uses

PAGE = Path("docs/reference/errors.md")
_INTRODUCTION = """\
# Errors and warnings

Made from the source by `make docs`; not edited by hand. An error stops the command with the exit code
shown. A warning stands in the result and says where trust ends. `...` stands for the names and values
of your case.
"""


def page(root: Path) -> str:
    """Return the reference page for the source under `root`."""
    found = uses(root / "src" / "tradewright")
    errors = _rows([use for use in found if use.code.startswith("E_")], exits=True)
    warnings = _rows([use for use in found if use.code.startswith("W_")], exits=False)
    return "\n".join(
        [
            _INTRODUCTION,
            f"## Exit codes\n\n| exit code | meaning |\n|---|---|\n{_exit_rows()}\n",
            f"## Errors\n\n| code | exit | says | from |\n|---|---|---|---|\n{errors}\n",
            f"## Warnings\n\n| code | says | from |\n|---|---|---|\n{warnings}\n",
        ]
    )


def silent(root: Path) -> list[str]:
    """Return the codes of which the source says nothing that a reader could use."""
    found = uses(root / "src" / "tradewright")
    return sorted({use.code for use in found} - {use.code for use in found if use.says.strip(". ")})


def _rows(found: list[Use], *, exits: bool) -> str:
    classes = error_classes()
    lines: list[str] = []
    for code in dict.fromkeys(use.code for use in found):
        here = [use for use in found if use.code == code]
        ends = sorted({str(classes[use.error].exit_code) for use in here if use.error})
        says = "<br>".join(dict.fromkeys(use.says for use in here if use.says)).replace("|", "\\|")
        rooms = " ".join(dict.fromkeys(f"`{use.room}`" for use in here))
        cells = [f"`{code}`", *([", ".join(ends)] if exits else []), says, rooms]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _exit_rows() -> str:
    meanings = {0: "Done.", 1: "A fault of Tradewright itself."}
    for kind in error_classes().values():
        meanings.setdefault(kind.exit_code, (kind.__doc__ or "").split("\n")[0])
    return "\n".join(f"| {code} | {meaning} |" for code, meaning in sorted(meanings.items()))


def main() -> int:
    """Write the page, or return 1 when it is not current or a code says nothing."""
    mute = silent(Path())
    if mute:
        print(f"error reference: nothing is said of {', '.join(mute)}; give each its sentence")
        return 1
    wanted = page(Path())
    if "--write" in sys.argv[1:]:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted
    print("error reference: current" if current else f"{PAGE}: not current; run `make docs`")
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
