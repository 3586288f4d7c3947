"""What was read from the kept runs before, so that a list of ten thousand opens one file.

Only ever a shortcut: an entry counts while it agrees with the run's own file, and without the index the
runs are read themselves.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tradewright.library.runs.card import RunCard, card_from

Entry = tuple[int, RunCard]
_SPARE = 1_000


class RunIndex:
    """A file of JSON lines, each a card and when its run was kept, epoch nanoseconds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = 0

    def read(self) -> dict[tuple[str, int], RunCard]:
        """Return the cards by fingerprint and time; lines that make no sense are passed over."""
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError:
            return {}
        self._lines = len(lines)
        found: dict[tuple[str, int], RunCard] = {}
        for line in lines:
            with suppress(ValueError, TypeError, KeyError, AttributeError):
                values: dict[str, Any] = json.loads(line)
                at = int(values.pop("at"))
                card = card_from(values)
                found[card.fingerprint, at] = card
        return found

    def add(self, entries: Iterable[Entry]) -> None:
        """Append entries. A folder that cannot be written costs time later, and nothing else."""
        text = "".join(map(_line, entries))
        with suppress(OSError):
            if text:
                # One write, so that lines of two programs do not mix.
                target = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
                try:
                    os.write(target, text.encode())
                finally:
                    os.close(target)

    def tidy(self, live: Mapping[str, Entry]) -> None:
        """Write the index anew when most of its lines are about runs that are gone or were kept again."""
        if self._lines <= 2 * len(live) + _SPARE:
            return
        with suppress(OSError), tempfile.TemporaryDirectory(prefix=".index-", dir=self.path.parent) as draft:
            fresh = Path(draft) / self.path.name
            fresh.write_text("".join(map(_line, live.values())), encoding="utf-8")
            fresh.replace(self.path)


def _line(entry: Entry) -> str:
    at, card = entry
    values = card.to_dict()
    del values["names"]
    return json.dumps({"at": at} | values, separators=(",", ":")) + "\n"
