"""A run's folder: whole or not there, whoever else writes and whenever the program dies."""

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.library.runs.records import manifest, names_in, record
from tradewright.core.canonical import digest
from tradewright.core.errors import TradewrightError
from tradewright.library.runs import directory
from tradewright.library.runs.directory import files_of, write_run
from tradewright.library.runs.layouts import ARRAYS, LAYOUTS, PARQUET
from tradewright.library.runs.reading import RunFolder

# Ends itself at the given one of the calls that make a run visible or durable.
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[3]]
from tests.unit.library.runs.records import record
from tradewright.library.runs import directory

left = int(sys.argv[2])
def dying(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call

os.fsync, Path.rename = dying(os.fsync), dying(Path.rename)
directory.exchange = dying(directory.exchange) if sys.argv[4] == "swap" else lambda *_: False
directory.write_run(Path(sys.argv[1]), record(1), overwrite=True)
"""


FILES = [(layout, name) for layout in LAYOUTS.values() for name in sorted(files_of(layout))]


@pytest.mark.parametrize(("layout", "suffix"), [(PARQUET, "parquet"), (ARRAYS, "npz")])
def test_written_folder_holds_these_files_and_nothing_else(layout, suffix, tmp_path):
    write_run(tmp_path / "run", record(layout=layout), overwrite=False)
    assert names_in(tmp_path / "run") == sorted(
        [f"{table}.{suffix}" for table in ("equity", "fills", "trades")]
        + ["manifest.json", "origin.json", "run.json"]
    )
    assert names_in(tmp_path) == ["run"]


def _dying(folder, calls, how, root):
    """Write a run over another in a process that ends itself; return whether it lived."""
    words = [sys.executable, "-c", KILLED, str(folder), str(calls), str(root), how]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="names are swapped in two steps there")
@pytest.mark.parametrize("calls", range(9))
def test_kill_while_overwriting_leaves_the_old_run_or_the_new(calls, tmp_path, request):
    folder = write_run(tmp_path / "run", record(0), overwrite=False)
    lived = _dying(folder, calls, "swap", request.config.rootpath)
    assert lived == (calls == 8)
    assert RunFolder(folder).manifest == manifest(1 if lived else 0)
    write_run(folder, record(2), overwrite=True)
    assert RunFolder(folder).manifest == manifest(2)


@pytest.mark.parametrize("calls", [7, 8, 9])
def test_kill_where_names_cannot_be_swapped_leaves_the_old_run_somewhere(calls, tmp_path, request):
    folder = write_run(tmp_path / "run", record(0), overwrite=False)
    lived = _dying(folder, calls, "steps", request.config.rootpath)
    assert lived == (calls == 9)
    places = [folder] if folder.exists() else list(tmp_path.glob(".run-*.old"))
    assert [RunFolder(place).manifest for place in places] == [manifest(1 if lived else 0)]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, MemoryError, OSError])
def test_fault_where_names_cannot_be_swapped_puts_the_old_run_back(fault, tmp_path, monkeypatch):
    folder = write_run(tmp_path / "run", record(0), overwrite=False)
    real = Path.rename

    def failing(self, target):
        moved = real(self, target)
        if self == folder:
            raise fault
        return moved

    monkeypatch.setattr(directory, "exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises((fault, TradewrightError)):
        write_run(folder, record(1), overwrite=True)
    assert RunFolder(folder).manifest == manifest(0)
    assert names_in(tmp_path) == ["run"]


def _outcomes(folder, seeds, *, overwrite):
    """Write one run for each seed at the same time; return what came of each."""

    def outcome(seed):
        try:
            write_run(folder, record(seed), overwrite=overwrite)
        except TradewrightError as refused:
            return refused.code
        return "written"

    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(outcome, seeds))


def test_two_savers_to_one_folder_make_one_run(tmp_path):
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        assert _outcomes(folder, range(4), overwrite=False) == ["E_RUN_EXISTS"] * 3 + ["written"]
        assert RunFolder(folder).manifest["seed"] in range(4)
        assert names_in(tmp_path) == sorted(str(done) for done in range(attempt + 1))


@pytest.mark.parametrize("swaps", [True, False])
def test_two_savers_that_overwrite_leave_one_whole_run(swaps, tmp_path, monkeypatch):
    if not swaps:
        monkeypatch.setattr(directory, "exchange", lambda *_: False)
    folder = tmp_path / "run"
    assert _outcomes(folder, range(24), overwrite=True) == ["written"] * 24
    opened = RunFolder(folder)
    assert opened.manifest["seed"] in range(24)
    assert names_in(tmp_path) == ["run"]


def test_run_that_another_writer_moves_away_while_it_is_looked_at_is_no_file(tmp_path, monkeypatch):
    folder = write_run(tmp_path / "run", record(0), overwrite=False)
    real = Path.lstat

    def moved_right_after(self, **options):
        seen = real(self, **options)
        if self == folder:
            folder.rename(tmp_path / "elsewhere")
        return seen

    monkeypatch.setattr(Path, "lstat", moved_right_after)
    directory.require_free(folder, overwrite=True)


@pytest.mark.parametrize("name", ["manifest.json", "origin.json", "run.json"])
def test_json_that_was_changed_is_not_believed(name, tmp_path):
    folder = write_run(tmp_path / "run", record(), overwrite=False)
    values = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps(values | {"more": 1}))
    with pytest.raises(TradewrightError, match="E_RUN_CHANGED"):
        _read_everything(folder)


@pytest.mark.parametrize(("layout", "name"), FILES)
@pytest.mark.parametrize("damage", ["missing", "cut", "emptied"])
def test_damaged_file_is_one_clear_error(layout, name, damage, tmp_path):
    folder = write_run(tmp_path / "run", record(layout=layout), overwrite=False)
    path = folder / name
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 if damage == "cut" else 0])
    if damage == "missing":
        path.unlink()
    with pytest.raises(TradewrightError, match="E_RUN") as refused:
        _read_everything(folder)
    assert str(folder) in str(refused.value)


def _read_everything(folder):
    opened = RunFolder(folder)
    assert opened.manifest is not None
    assert opened.origin is not None
    for name in ("trades", "equity", "fills"):
        opened.table(name)


@pytest.mark.parametrize(
    ("written_as", "code"),
    [(4, "FORMAT"), (1, "FORMAT"), (0, "FORMAT"), ("2", "BROKEN"), (None, "BROKEN"), (True, "BROKEN")],
)
def test_other_format_is_named(written_as, code, tmp_path):
    folder = write_run(tmp_path / "run", record(), overwrite=False)
    values = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(values | {"format": written_as}))
    with pytest.raises(TradewrightError, match=f"E_RUN_{code}"):
        RunFolder(folder)


@pytest.mark.parametrize("change", [{"seed": 9}, {"rules": {"direction": "both", "cash": 1, "fee": 0.0}}])
def test_manifest_that_is_not_what_the_fingerprint_names_is_not_believed(change, tmp_path):
    changed = replace(record(), manifest=manifest(0) | change)
    with pytest.raises(TradewrightError, match=r"E_RUN_CHANGED.*manifest\.json"):
        RunFolder(write_run(tmp_path / "run", changed, overwrite=False))


@pytest.mark.parametrize(
    ("part", "name", "says"),
    [
        ("summary", "run", "run"),
        ("summary", "metrics", "metrics"),
        ("summary", "warnings", "warnings"),
        ("run", "result_hash", r"run\.result_hash"),
        ("metrics", "sharpe", r"metrics\.sharpe"),
        ("manifest", "series", "series"),
        ("manifest", "window", "window"),
        ("origin", "code", "code"),
    ],
)
def test_run_that_lacks_what_a_run_has_is_broken(part, name, says, tmp_path):
    whole = record()
    whole.origin.update({"data": {"source": "x.csv"}, "benchmark": None, "code": {}})
    places = {"summary": whole.summary, "manifest": whole.manifest, "origin": whole.origin} | whole.summary
    del places[part][name]
    if part == "manifest":
        whole.summary["run"]["fingerprint"] = digest(whole.manifest)
    folder = write_run(tmp_path / "run", whole, overwrite=False)
    with pytest.raises(TradewrightError, match=f"E_RUN_BROKEN.*does not say what a run says: {says}"):
        _ = RunFolder(folder).origin


def test_run_of_one_layout_is_overwritten_by_one_of_the_other(tmp_path):
    folder = write_run(tmp_path / "run", record(0, layout=PARQUET), overwrite=False)
    write_run(folder, record(1, layout=ARRAYS), overwrite=True)
    assert set(names_in(folder)) == files_of(ARRAYS)
    _read_everything(folder)


def test_layout_that_the_run_was_not_written_in_is_not_believed(tmp_path):
    """The number is not under the checksum of `run.json`; the names of the files are."""
    folder = write_run(tmp_path / "run", record(layout=ARRAYS), overwrite=False)
    text = (folder / "run.json").read_text()
    (folder / "run.json").write_text(
        text.replace(f'"format": {ARRAYS.format}', f'"format": {PARQUET.format}')
    )
    for table in ("trades", "equity", "fills"):
        (folder / f"{table}.npz").rename(folder / f"{table}.parquet")
    with pytest.raises(TradewrightError, match="E_RUN_CHANGED"):
        _read_everything(folder)


def test_name_that_no_folder_can_have_is_one_clear_error(tmp_path):
    with pytest.raises(TradewrightError, match="E_WRITE"):
        write_run(tmp_path / ("x" * 300), record(), overwrite=False)
