"""Where each contestant is installed: ours here, each peer in an environment of its own under `.envs`.

None of them is a dependency of ours: what their licences ask (README.md) holds for those environments, which
are made when first needed and kept until a lock changes. The locks in `peers/` come from

    uv pip compile bench/peers/NAME.in --universal --python-version 3.11 --generate-hashes \
        --no-config --no-emit-index-url --custom-compile-command "see bench/environments.py" \
        --output-file bench/peers/NAME.txt

backtesting.py is in the environment that tests/peers checks our numbers in.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.peers import environment

OURS, VECTORBT, BACKTESTING = "tradewright", "vectorbt", "backtesting"
PEERS = (VECTORBT, BACKTESTING, "bt", "backtrader", "nautilus_trader")
LOCKS = Path(__file__).resolve().parent / "peers"
HOME = LOCKS.parent.parent / ".envs"


class NotInstalled(Exception):  # noqa: N818 - reads as what is the matter
    """A peer cannot be installed here; the message is pip's last word."""


def interpreter(contestant: str) -> str:
    """Return the Python that `contestant` is installed in, installing it first where that was not done yet.

    Raises
    ------
    NotInstalled
        pip could not install the peer.
    """
    found = _interpreter(contestant)
    if isinstance(found, NotInstalled):
        raise found
    return found


@cache
def version(contestant: str) -> str:
    """Return the version that is measured."""
    code = f"import importlib.metadata as m; print(m.version({contestant!r}))"
    return _call([interpreter(contestant), "-c", code]).strip()


@cache
def _interpreter(contestant: str) -> str | NotInstalled:
    """Answer once a process, so that a peer that cannot be installed is tried once."""
    if contestant == OURS:
        return sys.executable
    lock = LOCKS / f"{contestant}.txt"
    try:
        return str(_installed(contestant, lock) if lock.exists() else environment.python())
    except RuntimeError as failure:
        return NotInstalled(f"does not install here: {str(failure).strip().splitlines()[-1]}")


def _installed(contestant: str, lock: Path) -> Path:
    place = HOME / f"bench-{contestant}"
    python = place / "bin" / "python"
    stamp = place / f".installed-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    HOME.mkdir(exist_ok=True)
    with (HOME / ".bench-lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not stamp.exists():
            print(f"installing {contestant} into {place.relative_to(HOME.parent)} ...", flush=True)
            _call([sys.executable, "-m", "venv", "--clear", str(place)])
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            _call([*pip, "--require-hashes", "--requirement", str(lock)])
            stamp.touch()
    return python


def _call(command: list[str]) -> str:
    settings = os.environ | {"PIP_NO_INPUT": "1", "PYTHONNOUSERSITE": "1"}
    done = subprocess.run(command, env=settings, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3_000:]}")
    return done.stdout
