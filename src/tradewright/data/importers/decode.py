"""First stage: from what lies on disk to UTF-8 text, unpacked and without a byte order mark."""

import gzip
import io
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NoReturn

from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.formats import json_rows, parquet

MAX_BYTES = 2**30

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_NO_FILES = b"PK\x05\x06"
# What is often mistaken for a text file: its first bytes, its name, and how to get text out of it.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet", "Export it as CSV."),
    (b"%PDF", "a PDF", "Export the prices as CSV."),
    (b"ARROW1", "an Arrow file", "Write it as Parquet or CSV."),
    (b"BZh", "packed with bzip2", "Unpack it, or pack it with gzip."),
    (b"\xfd7zXZ\x00", "packed with xz", "Unpack it, or pack it with gzip."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it, or pack it as zip."),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard", "Unpack it, or pack it with gzip."),
    (b"SQLite format 3", "a database", "Export the prices as CSV."),
)
_TEXT_FIX = "Give a CSV file, plain, gzip or zip."


@dataclass(frozen=True, slots=True)
class Text:
    """UTF-8 without a byte order mark, and the number of its first line."""

    letters: bytes
    first_line: int = 1


def decode(raw: bytes, findings: Findings) -> Text:
    """Unpack `raw` and make it text in UTF-8; tables of Parquet and JSON become text with commas.

    Raises
    ------
    DataError
        ``E_EMPTY``, ``E_NOT_TEXT``, ``E_ENCODING``, ``E_ARCHIVE`` or ``E_TOO_LARGE``.
    """
    raw = _unpacked(raw, findings)
    if raw.startswith(parquet.MAGIC):
        # Rows of a table are counted from 1, without the line of titles.
        return Text(parquet.as_text(raw, MAX_BYTES, findings), 0)
    for magic, kind, fix in _OTHERS:
        if raw.startswith(magic):
            findings.reject(Issue("E_NOT_TEXT", f"this is {kind}, not text", fix))
    text = _utf8(raw, findings)
    if text.isspace() or not text:
        findings.reject(Issue("E_EMPTY", "the file is empty", "Give a file with a header and rows."))
    beginning = text[:64].lstrip().lower()
    if beginning.startswith((b"<!doctype", b"<html", b"<?xml")):
        findings.reject(Issue("E_NOT_TEXT", "this is a web page, not prices", "Download the file itself."))
    if json_rows.is_json(text):
        return Text(json_rows.as_text(text, findings))
    return Text(text)


def _unpacked(raw: bytes, findings: Findings) -> bytes:
    if len(raw) > MAX_BYTES:
        _too_large(findings)
    if raw.startswith(_GZIP):
        findings.facts.compression = "gzip"
        return _gunzipped(raw, findings)
    if raw.startswith(_ZIP):
        findings.facts.compression = "zip"
        return _unzipped(raw, findings)
    if raw.startswith(_NO_FILES):
        findings.reject(Issue("E_ARCHIVE", "the archive holds no file", "Pack one file."))
    return raw


def _gunzipped(raw: bytes, findings: Findings) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            text = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as damaged:
        findings.reject(Issue("E_NOT_TEXT", f"the gzip file is damaged ({damaged})", "Fetch it again."))
    if len(text) > MAX_BYTES:
        _too_large(findings)
    return text


def _unzipped(raw: bytes, findings: Findings) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entry = _only_entry(archive, findings)
            with archive.open(entry) as packed:
                text = packed.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError, NotImplementedError) as damaged:
        findings.reject(Issue("E_NOT_TEXT", f"the zip file cannot be read ({damaged})", "Fetch it again."))
    if len(text) > MAX_BYTES:
        _too_large(findings)
    return text


def _only_entry(archive: zipfile.ZipFile, findings: Findings) -> zipfile.ZipInfo:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_of_macos(entry)]
    names = [entry.filename for entry in entries]
    if "[Content_Types].xml" in names or "mimetype" in names:
        findings.reject(Issue("E_NOT_TEXT", "this is a spreadsheet, not text", "Export it as CSV."))
    if len(entries) != 1:
        listed = ", ".join(names[:5])
        fix = "Pack one file, or unpack it and choose."
        findings.reject(Issue("E_ARCHIVE", f"the archive holds {len(names)} files ({listed})", fix))
    path = PurePosixPath(names[0].replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        fix = "Pack the file under its plain name."
        findings.reject(Issue("E_ARCHIVE", f"the archive points outside itself ('{names[0]}')", fix))
    return entries[0]


def _is_of_macos(entry: zipfile.ZipInfo) -> bool:
    """Say whether an entry is what macOS packs beside the files that it was told to pack."""
    path = PurePosixPath(entry.filename)
    return path.parts[:1] == ("__MACOSX",) or path.name == ".DS_Store"


def _utf8(raw: bytes, findings: Findings) -> bytes:
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        findings.facts.encoding = "UTF-16"
        try:
            return raw.decode("utf-16").encode()
        except UnicodeError as broken:
            findings.reject(Issue("E_ENCODING", f"broken UTF-16 ({broken})", "Save the file as UTF-8."))
    text = raw.removeprefix(BOM_UTF8)
    findings.facts.encoding = "UTF-8 with byte order mark" if len(text) < len(raw) else "UTF-8"
    if b"\0" in text:
        if _is_unmarked_utf16(text):
            problem, fix = "is UTF-16 without its mark", "Save the file as UTF-8."
            findings.reject(Issue("E_ENCODING", f"this {problem}", fix))
        findings.reject(
            Issue("E_NOT_TEXT", "binary data, not text", _TEXT_FIX, row=_line(text, text.index(b"\0")))
        )
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as broken:
            value = f"0x{text[broken.start]:02x}"
            fix = "Save the file as UTF-8."
            row = _line(text, broken.start)
            findings.reject(Issue("E_ENCODING", "is not UTF-8", fix, row=row, column="byte", value=value))
    return text


def _is_unmarked_utf16(text: bytes) -> bool:
    """Say whether every second byte at the beginning is 0, as in UTF-16 of plain letters."""
    even, odd = text[:64:2], text[1:64:2]
    return bool(odd) and any(
        some.count(0) == len(some) and other.count(0) == 0 for some, other in ((even, odd), (odd, even))
    )


def _line(text: bytes, place: int) -> int:
    return text.count(b"\n", 0, place) + 1


def _too_large(findings: Findings) -> NoReturn:
    fix = "Split the file, or load a shorter span."
    findings.reject(Issue("E_TOO_LARGE", f"larger than {MAX_BYTES // 2**20:,} MiB unpacked", fix))
