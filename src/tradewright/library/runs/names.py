"""Names that people give to kept runs: one small file each, so that two programs never disagree."""

import re
import tempfile
from contextlib import suppress
from pathlib import Path

from tradewright.core.errors import EnvironmentFaultError, InputError, ParameterError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_DRAFT = ".name-"
_READS_AS_DIGITS = re.compile(r"[0-9a-fA-F]{4,}")


class RunNames:
    """Name -> fingerprint, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def give(self, name: str, fingerprint: str) -> None:
        """Give a name to a run; whoever had it before has it no more.

        Raises
        ------
        InputError
            ``E_RUN_NAME`` when it cannot be one.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written.
        """
        require_name(name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=self.folder) as draft:
                fresh = Path(draft) / name
                fresh.write_text(fingerprint + "\n", encoding="utf-8")
                fresh.replace(self.folder / name)
        except OSError as refused:
            raise EnvironmentFaultError(
                "E_WRITE",
                f"cannot write the name '{name}' to '{self.folder}': {refused.strerror}.",
                fix="Make the folder writable, or free some space.",
                details={"path": str(self.folder / name)},
            ) from refused

    def get(self, name: str) -> str | None:
        """Return the fingerprint of the run that has this name."""
        if not _NAME.fullmatch(name):
            return None
        with suppress(OSError):
            return (self.folder / name).read_text(encoding="utf-8").strip()
        return None

    def all(self) -> list[str]:
        """Return every name, in order."""
        with suppress(OSError):
            return sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
        return []

    def drafts(self) -> list[Path]:
        """Return what is being written, or was when a program was killed."""
        return list(self.folder.glob(f"{_DRAFT}*"))

    def by_fingerprint(self) -> dict[str, tuple[str, ...]]:
        """Return fingerprint -> the names of the run."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.all():
            fingerprint = self.get(name)
            if fingerprint:
                found[fingerprint] = (*found.get(fingerprint, ()), name)
        return found

    def forget(self, fingerprint: str) -> None:
        """Remove the names of a run."""
        for name in self.by_fingerprint().get(fingerprint, ()):
            (self.folder / name).unlink(missing_ok=True)


def require_name(name: object) -> None:
    """Refuse what could be mistaken for a path, a fingerprint or ``last``.

    Raises
    ------
    InputError
        ``E_RUN_NAME`` when it could.
    ParameterError
        ``E_PARAMETER`` for what is no text.
    """
    if not isinstance(name, str):
        raise ParameterError(
            "E_PARAMETER",
            f"the name of a run is text, not a {type(name).__name__}.",
            details={"name": "name", "type": type(name).__name__},
        )
    if _NAME.fullmatch(name) and not _READS_AS_DIGITS.fullmatch(name) and name != "last":
        return
    raise InputError(
        "E_RUN_NAME",
        f"'{name}' cannot be the name of a run.",
        fix="Use up to 64 letters, digits, dots, dashes; not 'last', nor what reads as a fingerprint.",
        details={"name": name},
    )
