"""The 70 kinds of docs/concepts/importing.md, each by its own few bytes, each with its one fate."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.unit.data.importers.accepted import ACCEPTED
from tests.unit.data.importers.kinds import TEXT, Kind, rows_of
from tests.unit.data.importers.rejected import REJECTED
from tests.unit.data.importers.repaired import REPAIRED
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, TradewrightError
from tradewright.data.importers import decode, rhythm
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.notes import REPAIRED as REPAIR_CODES
from tradewright.data.importers.options import ImportOptions
from tradewright.data.importers.preview import preview
from tradewright.data.merging import merge

KINDS = [*ACCEPTED, *REPAIRED, *REJECTED]


def ids(kinds: list[Kind]) -> list[str]:
    return [f"{kind.id} {kind.what}" for kind in kinds]


@pytest.fixture
def around(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kind:
    """Set the clock and the limit that a kind needs."""
    kind: Kind = request.param
    if kind.now:
        now = int(np.datetime64(kind.now, "ns").astype(np.int64))
        monkeypatch.setattr(rhythm, "clock", SimpleNamespace(time_ns=lambda: now))
    if kind.limit:
        monkeypatch.setattr(decode, "MAX_BYTES", kind.limit)
    return kind


def read(kind: Kind, *, strict: bool = False) -> Bars:
    said = {name: getattr(kind.options, name) for name in ImportOptions.__slots__}
    bars = import_bars(kind.name, kind.raw, ImportOptions(**{**said, "strict": strict}))
    return merge(import_bars("X.csv", TEXT.encode()), bars, replace=False).bars if kind.id == "E27" else bars


def test_every_kind_of_the_table_has_a_file_and_no_other() -> None:
    table = [
        *(f"A{n}" for n in range(1, 27)),
        *(f"R{n}" for n in range(1, 15)),
        *(f"E{n}" for n in range(1, 31)),
    ]
    assert len(table) == 70
    assert list(dict.fromkeys(kind.id for kind in KINDS)) == table
    assert len(set(ids(KINDS))) == len(KINDS)


@pytest.mark.parametrize("around", ACCEPTED, ids=ids(ACCEPTED), indirect=True)
def test_accepted_file_holds_its_bars_and_notes_strict_or_not(around: Kind) -> None:
    for strict in (False, True):
        bars = read(around, strict=strict)
        assert rows_of(bars) == around.bars
        assert bars.notes == around.notes


@pytest.mark.parametrize("around", REPAIRED, ids=ids(REPAIRED), indirect=True)
def test_repaired_file_holds_its_bars_and_counts_the_repair(around: Kind) -> None:
    bars = read(around)
    assert rows_of(bars) == around.bars
    assert bars.notes == around.notes


@pytest.mark.parametrize("around", REPAIRED, ids=ids(REPAIRED), indirect=True)
def test_repaired_file_is_refused_by_strict_reading(around: Kind) -> None:
    with pytest.raises(DataError, match="strict") as caught:
        read(around, strict=True)
    assert caught.value.code == "E_STRICT"
    repair = caught.value.details["repair"]
    assert repair in around.notes
    assert repair in REPAIR_CODES
    assert repair in caught.value.message
    assert caught.value.details.get("row", 0) == around.row


@pytest.mark.parametrize("around", REPAIRED, ids=ids(REPAIRED), indirect=True)
def test_preview_marks_the_rows_that_are_repaired(around: Kind) -> None:
    shown = preview(around.name, around.raw, around.options)
    repairs = [note for note in shown.notes if note.repaired]
    assert repairs
    for note in repairs:
        assert note.lines[:1] == ((around.row,) if around.row else ())


@pytest.mark.parametrize("around", REJECTED, ids=ids(REJECTED), indirect=True)
def test_rejected_file_is_named_by_code_and_place(around: Kind) -> None:
    with pytest.raises(TradewrightError) as caught:
        read(around)
    error = caught.value
    assert error.code == around.code, str(error)
    assert {name: error.details.get(name) for name in around.details} == around.details
    assert error.fix
    for name in ("row", "column", "value"):
        assert str(around.details.get(name, "")) in error.message


BY_FILE = [kind for kind in REJECTED if kind.id != "E27"]  # a preview knows no stored bars


@pytest.mark.parametrize("around", BY_FILE, ids=ids(BY_FILE), indirect=True)
def test_rejected_file_is_rejected_in_the_preview_too(around: Kind) -> None:
    shown = preview(around.name, around.raw, around.options)
    assert shown.rejection is not None
    assert shown.rejection["code"] == around.code
    assert not shown.accepted


def test_page_for_users_lists_every_kind_with_its_code() -> None:
    page = (Path(__file__).parents[4] / "docs" / "concepts" / "importing.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| ([ARE]\d+) \|[^|]*\| ([^|]*)\|", page, re.MULTILINE))
    assert list(listed) == list(dict.fromkeys(kind.id for kind in KINDS))
    for kind in REJECTED:
        assert listed[kind.id].strip() == f"`{kind.code}`"
    for kind in REPAIRED:
        assert set(re.findall(r"W_\w+", listed[kind.id])) & set(kind.notes)
