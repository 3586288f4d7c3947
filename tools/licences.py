"""Whether a package may be used at run time, judged by what its metadata says."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PERMITTED = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "LGPL-2.1-or-later",
        "LGPL-3.0-or-later",
        "MIT",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    ]
)
# What packages wrote before licence expressions existed: the `License` field, or the end of a classifier.
OLD_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_EXCEPTION = re.compile(r"\s+WITH\s+\S+")


def locked(lock: Path) -> list[str]:
    """Return the names of the packages that a lock pins."""
    return _PIN.findall(lock.read_text(encoding="utf-8"))


def needed_by(name: str) -> set[str]:
    """Return the installed packages that `name` needs, and what they need, `name` included."""
    found: set[str] = set()
    to_see = [name]
    while to_see:
        one = canonicalize_name(to_see.pop())
        if one in found:
            continue
        found.add(one)
        needs = map(Requirement, distribution(one).requires or [])
        to_see += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return found


def licence(package: Distribution) -> str:
    """Return the licence expression of a package, or what comes nearest; empty when it says nothing."""
    return next((_modern(name) for name in _claims(package) if _modern(name)), "")


def permits(expression: str) -> bool:
    """Say whether a licence expression leaves us a permitted choice. What cannot be read is refused."""
    choices = _EXCEPTION.sub("", expression).split(" OR ")
    return any(all(part in PERMITTED for part in choice.split(" AND ")) for choice in choices)


def _claims(package: Distribution) -> Iterator[str]:
    def stated(field: str) -> list[str]:
        return package.metadata.get_all(field) or []

    yield from stated("License-Expression")
    # Some put the whole text into this field: a name is short and stands on one line.
    yield from (text for text in stated("License") if len(text) < 60 and "\n" not in text)
    yield from (line.rsplit(" :: ", 1)[-1] for line in stated("Classifier") if line.startswith("License :: "))


def _modern(name: str) -> str:
    return OLD_NAMES.get(name.strip(), name.strip())
