"""A page on disk: whole or not at all."""

import errno
import os
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tradewright.core.errors import EnvironmentFaultError, InputError, ParameterError


def page_path(given: object) -> Path:
    """Return where a page goes.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` for anything but text and paths.
    """
    if isinstance(given, str | Path):
        return Path(given)
    raise ParameterError(
        "E_PARAMETER",
        f"path is {given!r}; it names the file to write.",
        fix="Write it as text, such as 'report.html', or as a pathlib.Path.",
        details={"name": "path", "value": repr(given)},
    )


def write_page(path: Path, text: str, *, overwrite: bool) -> Path:
    """Write `text` to `path` by way of a file beside it that then takes its name.

    A file that is replaced keeps its permissions. Halves of surrogate pairs, which UTF-8 cannot say,
    become question marks.

    Raises
    ------
    InputError
        ``E_PAGE_EXISTS`` when `path` is there and no file, or a file and not to be overwritten.
    EnvironmentFaultError
        ``E_WRITE`` when the folder is missing or cannot be written, the disk is full, or no file can have
        that name.
    """
    require_free(path, overwrite=overwrite)
    with _refusals(path):
        _write(path, text.encode("utf-8", "replace"), overwrite=overwrite)
    return path


def make_folder(path: Path) -> None:
    """Make the folder that `path` is to stand in.

    Raises
    ------
    EnvironmentFaultError
        ``E_WRITE`` when it cannot be made.
    """
    with _refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True)


def require_free(path: Path, *, overwrite: bool) -> None:
    """Refuse a place that holds anything but, when overwriting, a file.

    Raises
    ------
    InputError
        ``E_PAGE_EXISTS``.
    EnvironmentFaultError
        ``E_WRITE`` for a name that no file can have.
    """
    with _refusals(path):
        try:
            mode = path.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return
    if stat.S_ISLNK(mode):
        raise _taken(path, "is a link", "Name the file itself.")
    if stat.S_ISDIR(mode):
        raise _taken(path, "is a folder", f"Name a file in it, for example '{path / 'report.html'}'.")
    if not stat.S_ISREG(mode):
        raise _taken(path, "is no file but a device or a pipe", "Choose another name.")
    if not overwrite:
        raise _already(path)


def _write(path: Path, content: bytes, *, overwrite: bool) -> None:
    # In the same folder, so that taking the name is one step; gone again when anything fails.
    with tempfile.TemporaryDirectory(prefix=".page-", dir=path.parent) as draft:
        page = Path(draft) / "page.html"
        with page.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            _keep_mode(path, page)
            page.replace(path)
        else:
            _take_name(page, path)


def _keep_mode(path: Path, page: Path) -> None:
    if path.exists():
        page.chmod(stat.S_IMODE(path.stat().st_mode))


def _take_name(page: Path, path: Path) -> None:
    """Give `page` the name `path` unless somebody else has taken it meanwhile."""
    try:
        os.link(page, path)
    except FileExistsError as taken:
        raise _already(path) from taken
    except OSError:  # not every file system has links: then the moment between looking and taking stays
        require_free(path, overwrite=False)
        page.replace(path)


@contextmanager
def _refusals(path: Path) -> Generator[None]:
    """Say what the operating system refuses, and what to do about it."""
    try:
        yield
    except (OSError, ValueError) as refused:
        reason, fix = _reason(path, refused)
        raise EnvironmentFaultError(
            "E_WRITE",
            f"cannot write the page to {str(path)!r}: {reason}.",
            fix=fix,
            details={"path": str(path)},
        ) from refused


def _reason(path: Path, refused: OSError | ValueError) -> tuple[str, str]:
    if isinstance(refused, ValueError):  # a NUL, or half of a surrogate pair
        return "no file can have that name", "Choose a name of letters, digits, dots and dashes."
    if refused.errno == errno.ENAMETOOLONG:
        return "the name is too long", "Choose a shorter one."
    if not path.parent.exists():
        return f"there is no folder '{path.parent}'", "Choose a folder that exists."
    reason = refused.strerror or str(refused)
    return reason, "Choose a folder that exists and that you may write to, or free some space."


def _already(path: Path) -> InputError:
    return _taken(path, "is there already", "Choose another name, or say overwrite (--overwrite).")


def _taken(path: Path, what: str, fix: str) -> InputError:
    return InputError("E_PAGE_EXISTS", f"'{path}' {what}.", fix=fix, details={"path": str(path)})
