"""Run the blocks of one page in a folder of their own."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from tools.recipes.page import Block

TIMEOUT_S = 300
# A first run on a machine says so; a page is about the second.
_BESIDE = "preparing compiled code"
_SESSION = Path(__file__).with_name("session.py")


# A command line with nothing in it for a shell.
_PLAIN = re.compile(r"tradewright [^|<>&;$`*?(){}#]+( > /dev/null)?")


class FailedBlockError(Exception):
    """A block of a page did not run through."""


class Desk:
    """An empty folder with the repository's examples, a store of its own, a shell and a Python session."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._work = folder / "work"
        self._session: subprocess.Popen[str] | None = None
        shutil.copytree(root / "examples", self._work / "examples", ignore=shutil.ignore_patterns("__*"))
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("TRADEWRIGHT_")
        } | {
            "COLUMNS": "80",
            "LC_ALL": "C.UTF-8",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "TRADEWRIGHT_HOME": str(folder / "home"),
            "TZ": "UTC",
        }

    def __enter__(self) -> "Desk":
        """Return itself; the session begins with the first block of Python."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """End the session."""
        if self._session is not None:
            self._session.kill()
            self._session.communicate()

    def run(self, found: list[Block]) -> Iterator[tuple[Block, str]]:
        """Write each block that is a file, run each other, and yield it with what it printed.

        Raises
        ------
        FailedBlockError
            With the line of the block and what it printed, when it fails.
        """
        for block in found:
            if not block.runs:
                (self._work / block.name).write_text(block.text, encoding="utf-8")
                continue
            plain = _command_lines(block)
            good, printed = self._bash(block.text) if plain is None else self._ask(plain)
            printed = self._plain(printed)
            if not good:
                raise FailedBlockError(f"line {block.line}: {block.text}\n{printed}")
            yield block, printed

    def _bash(self, text: str) -> tuple[bool, str]:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],  # noqa: S607 - the reader's bash, wherever it is
            cwd=self._work,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_S,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout

    def _ask(self, what: str | list[list[str]]) -> tuple[bool, str]:
        if self._session is None:
            self._session = subprocess.Popen(
                [sys.executable, "-P", _SESSION],
                cwd=self._work,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        asked, answered = self._session.stdin, self._session.stdout
        if asked is None or answered is None:
            raise FailedBlockError("the Python session has no pipes")
        asked.write(json.dumps(what) + "\n")
        asked.flush()
        good, printed = json.loads(answered.readline())
        return good, printed

    def _plain(self, printed: str) -> str:
        lines = (line for line in printed.splitlines() if not line.startswith(_BESIDE))
        return (
            "".join(f"{line.rstrip()}\n" for line in lines).replace(f"{self._work}/", "").strip("\n") + "\n"
        )


def _command_lines(block: Block) -> str | list[list[str]] | None:
    """Return what a session can run of a block: its code, or its command lines; None when a shell must."""
    if block.language == "python":
        return block.text
    lines = block.text.replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines] if all(map(_PLAIN.fullmatch, lines)) else None
