"""Which series: owner, venue, symbol and timeframe, and the folder name that stands for each anywhere."""

import re
import string
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.timeframe import Timeframe

SHARED = ""
_SHARED_NAME = "shared"
# Half of a folder name's 255 bytes: an escape takes three, and other stores have shorter names.
_LONGEST = 200
_ESCAPE = re.compile(r"%([0-9A-F]{2})")
_PLAIN_EVERYWHERE = string.digits + "-_."


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """The name of one stored series.

    Attributes
    ----------
    symbol
        As ccxt writes it: ``BTC/USDT:USDT``, ``NOKIA.HE``. Here and in venue and owner an accented letter is
        one character (Unicode's form C), however it was written.
    timeframe
        Bar length, as text: ``1h``.
    venue
        Where it trades; ``local`` for files.
    owner
        Whose it is; empty for series that everybody on this installation shares.

    Raises
    ------
    InputError
        ``E_SERIES`` for a part that is empty, too long, or no text that can be written down;
        ``E_TIMEFRAME`` for a timeframe that is none.
    """

    symbol: str
    timeframe: str
    venue: str = "local"
    owner: str = SHARED

    def __post_init__(self) -> None:
        """Check every part, and write the timeframe in its one form."""
        object.__setattr__(self, "timeframe", str(Timeframe.parse(self.timeframe)))
        for name in ("symbol", "venue", "owner"):
            if not getattr(self, name).isascii():
                object.__setattr__(self, name, unicodedata.normalize("NFC", getattr(self, name)))
            problem = _problem(name, getattr(self, name))
            if problem:
                raise InputError(
                    "E_SERIES",
                    f"{name} {getattr(self, name)!r} of a series {problem}.",
                    fix="Name it as in binance/BTC/USDT/1h: venue, symbol, timeframe.",
                    details={"part": name},
                )

    @classmethod
    def of(cls, bars: Bars, *, owner: str = SHARED) -> Self:
        """Return the key under which `bars` belong by what they say of themselves."""
        return cls(bars.symbol, str(bars.timeframe), bars.instrument.venue, owner)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``venue/symbol/timeframe``, or ``owner@venue/symbol/timeframe``; the symbol may hold slashes.

        Raises
        ------
        InputError
            ``E_SERIES`` when a part is missing.
        """
        venue, _, rest = text.partition("/")
        symbol, _, timeframe = rest.rpartition("/")
        owner, at, named = venue.rpartition("@")
        if not symbol or not timeframe or (at and not owner):
            raise InputError(
                "E_SERIES",
                f"'{text}' names no series.",
                fix="Write venue/symbol/timeframe, for example local/AAPL/1d.",
                details={"value": text},
            )
        return cls(symbol, timeframe, named, owner)

    def __str__(self) -> str:
        """Return what :meth:`parse` reads."""
        return f"{self.owner}{'@' if self.owner else ''}{self.venue}/{self.symbol}/{self.timeframe}"

    def folder(self) -> PurePosixPath:
        """Return the series' folder: hive-partitioned, safe on every file system, and reversible.

        Names that differ only in capitals get folders that differ in more: outside of escapes each level
        has letters of one case only (``1m`` and ``1M`` are ``1m`` and ``1%4D``).
        """
        owner = _SHARED_NAME if self.owner == SHARED else encode(self.owner)
        return PurePosixPath(
            f"owner={'%73hared' if self.owner == _SHARED_NAME else owner}",
            f"venue={encode(self.venue)}",
            f"symbol={encode(self.symbol, upper=True)}",
            f"timeframe={encode(self.timeframe)}",
        )

    @classmethod
    def from_folder(cls, folder: PurePosixPath) -> Self | None:
        """Return the key whose folder this is, or None for a folder that is not one of ours."""
        parts = [level.partition("=") for level in folder.parts[-4:]]
        if [name for name, _, _ in parts] != ["owner", "venue", "symbol", "timeframe"]:
            return None
        try:
            owner, venue, symbol, timeframe = (decode(value) for _, _, value in parts)
            key = cls(symbol, timeframe, venue, SHARED if parts[0][2] == _SHARED_NAME else owner)
        except (ValueError, InputError):
            return None
        return key if key.folder().parts == folder.parts[-4:] else None


def encode(text: str, *, upper: bool = False) -> str:
    """Return `text` with every character but digits, ``-_.`` and letters of one case as ``%XX`` of UTF-8."""
    plain = _PLAIN_EVERYWHERE + (string.ascii_uppercase if upper else string.ascii_lowercase)
    last = len(text) - 1
    # A dot or underscore at an end means something to file systems and to readers of hive folders.
    return "".join(
        char if char in plain and not (char in "._" and i in (0, last)) else _escaped(char)
        for i, char in enumerate(text)
    )


def decode(name: str) -> str:
    """Return the text that :func:`encode` wrote as `name`.

    Raises
    ------
    ValueError
        When it wrote no such name.
    """
    pieces = _ESCAPE.split(name)
    raw = b"".join(bytes.fromhex(piece) if i % 2 else piece.encode("ascii") for i, piece in enumerate(pieces))
    return raw.decode("utf-8")


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8"))


def _problem(name: str, value: str) -> str:
    if not value and name != "owner":
        return "is empty"
    if name != "symbol" and ("/" in value or "@" in value):
        return "holds a '/' or '@'"
    try:
        length = len(encode(value, upper=name == "symbol"))
    except UnicodeEncodeError:
        return "holds a character that is no text"
    return f"is too long ({length} bytes as a folder name, {_LONGEST} at most)" if length > _LONGEST else ""
