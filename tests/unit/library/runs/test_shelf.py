"""The kept runs: found by whatever a person remembers of them, whatever state the folder is in."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from tests.unit.library.runs.records import fingerprint_of, names_in, record
from tradewright.core.canonical import digest
from tradewright.core.errors import TradewrightError
from tradewright.library.runs import shelf as shelf_module
from tradewright.library.runs.directory import files_of, write_run
from tradewright.library.runs.layouts import ARRAYS, PARQUET
from tradewright.library.runs.reading import RunFolder
from tradewright.library.runs.shelf import RunShelf


@pytest.fixture
def shelf(tmp_path):
    """A shelf with runs 0, 1, 2, kept a second apart in this order."""
    shelf = RunShelf(tmp_path / "runs")
    for seed in range(3):
        folder = shelf.put(record(seed, symbol=f"S{seed}", strategy="momentum" if seed else "rsi"))
        _kept_at(folder, 1_700_000_000 + seed)
    return shelf


def _kept_at(folder, second):
    os.utime(folder / "run.json", (second, second))


def test_put_of_the_same_run_keeps_it_once_and_mark_makes_it_the_last(shelf):
    before = shelf.find("last")
    shelf.mark_last(shelf.put(record(0, symbol="S0")))
    assert before.name == fingerprint_of(2)
    assert shelf.find("last").name == fingerprint_of(0)
    assert shelf.listing().total == 3


def test_put_of_another_result_under_one_fingerprint_is_refused_and_the_first_stays(shelf):
    before = (shelf.root / fingerprint_of(0) / "run.json").read_bytes()
    with pytest.raises(TradewrightError, match=r"E_RUN_OTHER.*it stays.*tradewright delete"):
        shelf.put(record(0, result_hash="other"))
    assert (shelf.root / fingerprint_of(0) / "run.json").read_bytes() == before


@pytest.mark.parametrize("name", sorted(files_of(ARRAYS)))
@pytest.mark.parametrize("damage", ["more", "missing"])
def test_put_over_a_damaged_run_heals_it(shelf, name, damage):
    path = shelf.find(fingerprint_of(1)) / name
    path.write_bytes(path.read_bytes() + b"x")
    if damage == "missing":
        path.unlink()
    RunFolder(shelf.put(record(1, symbol="S1", strategy="momentum"))).verify()
    assert [card.damaged for card in shelf.listing()] == ["", "", ""]


@pytest.mark.parametrize(("steps", "stays"), [(1, True), (-2, False)])
def test_put_over_another_format_replaces_only_an_older_one(shelf, steps, stays):
    path = shelf.find(fingerprint_of(1)) / "run.json"
    written = json.loads(path.read_text())
    path.write_text(json.dumps({**written, "format": written["format"] + steps}))
    before = path.read_bytes()
    if stays:
        with pytest.raises(TradewrightError, match="E_RUN_FORMAT"):
            shelf.put(record(1, symbol="S1", strategy="momentum"))
    else:
        shelf.put(record(1, symbol="S1", strategy="momentum"))
    assert (path.read_bytes() == before) == stays


def test_sweep_bears_that_a_draft_goes_while_it_is_looked_at(shelf, monkeypatch):
    draft = shelf.root / ".draft-of-another"
    draft.mkdir()
    looked = Path.is_dir

    def then_gone(path):
        there = looked(path)
        if path == draft and there:
            path.rmdir()
        return there

    monkeypatch.setattr(Path, "is_dir", then_gone)
    assert RunFolder(shelf.put(record(9))).document
    assert not draft.exists()


def test_put_that_another_program_was_quicker_with_keeps_that_one(tmp_path, monkeypatch):
    shelf = RunShelf(tmp_path)
    whole = shelf_module.write_run

    def late(folder, ours, **how):
        whole(folder, record(0, result_hash="theirs"), **how)
        return whole(folder, ours, **how)

    monkeypatch.setattr(shelf_module, "write_run", late)
    with pytest.raises(TradewrightError, match="E_RUN_OTHER"):
        shelf.put(record(0))
    assert RunFolder(shelf.find(fingerprint_of(0))).document["run"]["result_hash"] == "theirs"


def test_find_takes_fingerprint_digits_name_and_path(shelf):
    whole = fingerprint_of(1)
    shelf.name("second", whole)
    for reference in (whole, whole[:4], whole[:12].upper(), "second", str(shelf.root / whole)):
        assert shelf.find(reference).name == whole


def test_find_of_digits_that_several_begin_with_asks_for_more(tmp_path):
    shelf = RunShelf(tmp_path)
    for seed, tail in enumerate("abc"):
        shelf.put(record(seed, fingerprint="1234" + tail * 60))
    with pytest.raises(TradewrightError, match=r"E_RUN: '1234' is the beginning of 3 .* 1234aaaa, 1234bbbb"):
        shelf.find("1234")
    assert shelf.find("1234b").name.startswith("1234b")


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("secnd", "Did you mean 'second'?"),
        ("abc", "tradewright list"),
        ("zzzz", "tradewright list"),
        ("", "tradewright list"),
        ("no/such/place", "no run at 'no/such/place'"),
    ],
)
def test_find_of_nothing_says_what_there_is(shelf, reference, says):
    shelf.name("second", fingerprint_of(1))
    with pytest.raises(TradewrightError, match="E_RUN") as refused:
        shelf.find(reference)
    assert says in str(refused.value)


def test_find_of_digits_that_are_nearly_right_names_the_run(shelf):
    digits = list(fingerprint_of(1)[:12])
    digits[3] = "0" if digits[3] != "0" else "1"
    with pytest.raises(TradewrightError, match=f"Did you mean '{fingerprint_of(1)[:12]}'"):
        shelf.find("".join(digits))


def test_find_last_before_any_run_was_kept_says_so(tmp_path):
    with pytest.raises(TradewrightError, match="no run is kept yet"):
        RunShelf(tmp_path / "runs").find("last")


def test_listing_is_in_order_filtered_and_cut(shelf):
    assert [card.symbol for card in shelf.listing()] == ["S2", "S1", "S0"]
    assert [card.symbol for card in shelf.listing(strategy="RSI")] == ["S0"]
    assert [card.symbol for card in shelf.listing(symbol="s1")] == ["S1"]
    shown = shelf.listing(limit=2)
    assert ([card.symbol for card in shown], shown.total) == (["S2", "S1"], 3)


def _rewrite(folder, text, other):
    path = folder / "run.json"
    path.write_text(path.read_text().replace(text, other))


def _resealed(folder, name, value):
    """Change a fact of a run, and the checksum with it."""
    path = folder / "run.json"
    parts = json.loads(path.read_text())
    del parts["checksum"]
    written_as = parts.pop("format")
    parts["run"][name] = value
    path.write_text(json.dumps({"format": written_as, "checksum": digest(parts), **parts}))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda folder: (folder / "run.json").write_bytes(b"\xff{"), "not what was written"),
        (lambda folder: (folder / "run.json").write_text("[]"), "not what was written"),
        (lambda folder: _rewrite(folder, '"total_return": 0.25', '"total_return": 2.5'), "was changed after"),
        (lambda folder: _resealed(folder, "symbol", ["[/]"]), "not what was written"),
        (lambda folder: _resealed(folder, "fingerprint", "ab" * 32), "holds the run abababababab"),
        (lambda folder: _rewrite(folder, '"format": 3', '"format": 1'), "older version"),
        (lambda folder: (folder / "run.json").unlink(), "run.json cannot be read"),
        (lambda folder: (folder / "run.json").write_text('{"format": 99}'), "newer version"),
        (lambda folder: (folder / "equity.npz").unlink(), "equity.npz missing"),
    ],
)
def test_listing_shows_a_damaged_run_and_goes_on(shelf, damage, says):
    folder = shelf.find(fingerprint_of(1))
    damage(folder)
    cards = {card.fingerprint: card for card in shelf.listing()}
    assert says in cards[folder.name].damaged
    assert [card.symbol for card in cards.values() if not card.damaged] == ["S2", "S0"]


def test_run_that_an_older_version_kept_is_listed_found_and_left_as_it_is(shelf):
    folder = write_run(shelf.root / fingerprint_of(8), record(8, layout=PARQUET), overwrite=False)
    before = names_in(folder)
    card = next(card for card in shelf.listing() if card.fingerprint == folder.name)
    assert (card.symbol, card.damaged) == ("GOOG", "")
    shelf.put(record(8))
    assert names_in(folder) == before
    (folder / "fills.parquet").unlink()
    assert "fills.parquet missing" in {card.damaged for card in shelf.listing()}
    shelf.put(record(8))
    assert set(names_in(folder)) == files_of(ARRAYS)


def test_listing_passes_over_what_is_no_run(shelf):
    (shelf.root / "notes").mkdir()
    (shelf.root / ".abc-draft").mkdir()
    (shelf.root / "readme.txt").write_text("mine")
    assert shelf.listing().total == 3


def test_listing_is_the_same_with_a_torn_index_and_without_one(shelf):
    whole = shelf.listing().to_dict()
    index = shelf.root / "index.jsonl"
    index.write_bytes(index.read_bytes()[:-30] + b'\n{"at": 1}\nnull\n\xff\n')
    assert shelf.listing().to_dict() == whole
    index.unlink()
    index.mkdir()
    assert shelf.listing().to_dict() == whole


def test_listing_does_not_believe_an_index_that_is_older_than_the_run(shelf):
    shelf.listing()
    shelf.delete(shelf.root / fingerprint_of(0))
    shelf.put(record(0, result_hash="other", symbol="NEW"))
    assert shelf.listing()[0].symbol == "NEW"


def test_index_does_not_grow_without_end(shelf):
    shelf.listing()
    index = shelf.root / "index.jsonl"
    index.write_bytes(index.read_bytes() * 1_000)
    shelf.listing()
    assert len(index.read_bytes().splitlines()) == 3
    assert names_in(shelf.root) == sorted([*(fingerprint_of(seed) for seed in range(3)), "index.jsonl"])


def test_delete_takes_the_run_and_its_names(shelf):
    folder = shelf.find(fingerprint_of(1))
    shelf.name("second", folder.name)
    shelf.delete(folder)
    assert shelf.listing().total == 2
    assert shelf.names.all() == []
    with pytest.raises(TradewrightError, match="E_RUN"):
        shelf.find("second")


def test_delete_of_a_folder_elsewhere_is_refused(shelf, tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(TradewrightError, match="E_RUN_NOT_KEPT"):
        shelf.delete(tmp_path / "mine")
    assert (tmp_path / "mine").is_dir()


def test_name_of_another_run_is_refused_until_that_run_is_gone(shelf):
    shelf.name("best", fingerprint_of(0))
    shelf.name("best", fingerprint_of(0))
    with pytest.raises(TradewrightError, match=r"E_RUN_NAME.*belongs to the run"):
        shelf.name("best", fingerprint_of(1))
    shelf.delete(shelf.root / fingerprint_of(0))
    shelf.name("best", fingerprint_of(1))
    assert shelf.find("best").name == fingerprint_of(1)


@pytest.mark.parametrize("name", ["last", "", "a/b", "..", "beef", "12345678", "a" * 65, "-x", "a b"])
def test_name_that_could_be_mistaken_is_refused(shelf, name):
    with pytest.raises(TradewrightError, match="E_RUN_NAME"):
        shelf.name(name, fingerprint_of(0))


def test_what_a_killed_writer_left_goes_a_day_later(shelf):
    old, fresh, name = shelf.root / ".abc-old", shelf.root / ".abc-new", shelf.names.folder / ".name-x"
    yesterday = time.time() - 25 * 3600
    for draft in (old, fresh, name):
        draft.mkdir(parents=True)
        if draft is not fresh:
            os.utime(draft, (yesterday, yesterday))
    shelf.put(record(4))
    assert (old.exists(), fresh.exists(), name.exists()) == (False, True, False)


def test_home_that_cannot_be_used_is_one_clear_error_and_never_an_empty_list(tmp_path):
    (tmp_path / "file").write_text("")
    shelf = RunShelf(tmp_path / "file" / "runs")
    with pytest.raises(TradewrightError, match="E_WRITE"):
        shelf.put(record())
    with pytest.raises(TradewrightError, match=r"E_READ.*TRADEWRIGHT_HOME"):
        shelf.listing()
    with pytest.raises(TradewrightError, match="E_READ"):
        shelf.find("last")


def test_run_that_is_deleted_while_a_list_is_made_is_left_out(shelf, monkeypatch):
    real = shelf_module.card_of

    def deleting(folder, at):
        if folder.name == fingerprint_of(1) and folder.exists():
            shelf.delete(folder)
        return real(folder, at)

    monkeypatch.setattr(shelf_module, "card_of", deleting)
    assert [(card.symbol, card.damaged) for card in shelf.listing()] == [("S2", ""), ("S0", "")]


def test_folder_here_does_not_hide_a_kept_run_of_the_same_name(shelf, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "mine", record(7), overwrite=False)
    assert shelf.find("mine") == Path("mine")
    shelf.name("mine", fingerprint_of(1))
    with pytest.raises(TradewrightError, match=rf"E_RUN.*Write \./mine .* {fingerprint_of(1)[:12]}"):
        shelf.find("mine")
    assert shelf.find("./mine") == Path("mine")
    assert shelf.find(Path("mine")) == Path("mine")


def test_copy_of_a_run_under_the_name_of_another_is_not_that_run(shelf):
    shutil.rmtree(shelf.root / fingerprint_of(1))
    shutil.copytree(shelf.root / fingerprint_of(0), shelf.root / fingerprint_of(1))
    with pytest.raises(TradewrightError, match=r"E_RUN_CHANGED.*holds the run"):
        RunFolder(shelf.find(fingerprint_of(1)))


def test_notebook_shows_the_kept_runs_and_which_are_damaged(shelf):
    shelf.put(record(3, symbol="<i>"))
    (shelf.root / fingerprint_of(1) / "equity.npz").unlink()
    page = shelf.listing()._repr_html_()
    assert "4 of 4 kept runs" in page
    assert "&lt;i&gt; 1d" in page
    assert page.count("+25.00%") == 3
    assert f"{fingerprint_of(1)[:12]} is damaged: equity.npz missing" in page
