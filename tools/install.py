"""Create or refresh `.venv` from a hashed lock: `python3 tools/install.py run|dev`.

Plain standard library, because it runs before anything is installed. `run` brings what a backtest and
the bundled data need; `dev` adds test and lint tools on the same pins. When the lock, the project file
and the place are those of the last time, nothing happens.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
COVERED_BY = {"run": ("run", "dev"), "dev": ("dev",)}


def main(arguments: list[str]) -> int:
    """Install the profile named on the command line; return a shell's exit code."""
    if len(arguments) != 1 or arguments[0] not in COVERED_BY:
        return _complain("usage: python3 tools/install.py run|dev")
    if sys.version_info < (3, 11):  # noqa: UP036 - this file may be started by any python3
        found = sys.version.split()[0]
        return _complain(
            f"Python 3.11 or newer is needed; this is {found}. Try: make PYTHON=python3.12 setup"
        )
    profile = arguments[0]
    try:
        with _one_at_a_time():
            if any(_stamp(name).exists() for name in COVERED_BY[profile]) and PYTHON.exists():
                return 0
            _install(profile)
    except subprocess.CalledProcessError as failure:
        return _complain(f"could not finish: {' '.join(map(str, failure.cmd))} (exit {failure.returncode})")
    return 0


def _install(profile: str) -> None:
    start = time.monotonic()
    print(f"setup: installing the '{profile}' lock into .venv (a few minutes the first time) ...", flush=True)
    if not _works(PYTHON):
        _run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            "On Debian and Ubuntu: apt-get install python3-venv",
        )
    # A half-finished or different install must not look finished.
    for old in VENV.glob(".installed-*"):
        old.unlink()
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "--requirement", f"requirements/{profile}.txt"])
    _run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."])
    _stamp(profile).touch()
    print(f"setup: done in {time.monotonic() - start:.0f} s", flush=True)


def _stamp(profile: str) -> Path:
    content = hashlib.sha256(str(ROOT).encode())
    for name in (f"requirements/{profile}.txt", "pyproject.toml"):
        content.update((ROOT / name).read_bytes())
    return VENV / f".installed-{profile}-{content.hexdigest()[:16]}"


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    return (
        subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0
    )


def _run(command: list[str], hint: str = "") -> None:
    environment = os.environ | {"PIP_NO_INPUT": "1", "PYTHONNOUSERSITE": "1"}
    try:
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    except subprocess.CalledProcessError:
        if hint:
            _complain(hint)
        raise


@contextmanager
def _one_at_a_time() -> Generator[None]:
    """Let a second `make` in the same folder wait until the first has installed."""
    with (ROOT / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _complain(text: str) -> int:
    print(f"setup: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
