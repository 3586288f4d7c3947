"""The folder of a sweep: kept, resumed, refused, damaged."""

import hashlib
import json
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.unit.data.scores.drawn_parts import FINGERPRINT, about, fill, part
from tradewright.core.canonical import digest
from tradewright.core.errors import DataError, EnvironmentFaultError, InputError
from tradewright.data.scores.folder import ScoreFolder
from tradewright.data.scores.memory import MemoryScores
from tradewright.data.scores.part import Part
from tradewright.data.scores.place import read_manifest
from tradewright.data.scores.scores import Scores

SIZE, PIECE = 10_000, 1_000
ROOT = Path(__file__).resolve().parents[4]
FULL_DISK = f"""
import resource, signal, sys
from tests.unit.data.scores.drawn_parts import FINGERPRINT, about, part
from tradewright.core.errors import EnvironmentFaultError
from tradewright.data.scores.folder import ScoreFolder

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with ScoreFolder.open(sys.argv[1], about({SIZE}, {PIECE}), FINGERPRINT) as scores:
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
    try:
        scores.keep(1, part({PIECE}, {2 * PIECE}))
    except EnvironmentFaultError as error:
        print(error.code, *scores.done())
"""


def opened(path: Path, size: int = SIZE, piece: int = PIECE) -> ScoreFolder:
    return ScoreFolder.open(path, about(size, piece), FINGERPRINT)


def full(path: Path) -> str:
    with opened(path) as scores:
        fill(scores, SIZE, PIECE)
        return scores.result_hash()


def expected() -> str:
    scores = MemoryScores(about(SIZE, SIZE), FINGERPRINT)
    scores.keep(0, part(0, SIZE))
    return scores.result_hash()


def files(path: Path) -> dict[str, bytes]:
    """Return all files but the lock, which names its last holder."""
    found = [p for p in path.rglob("*") if p.is_file() and p.name != ".lock"]
    return {str(p.relative_to(path)): p.read_bytes() for p in found}


def pieces(path: Path) -> list[Path]:
    return sorted(path.glob("piece-*.parquet"))


@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_what_is_kept_is_read_back(tmp_path: Path, kind: str) -> None:
    scores: Scores = opened(tmp_path) if kind == "folder" else MemoryScores(about(SIZE, PIECE), FINGERPRINT)
    scores.keep(3, part(3_000, 4_000))
    scores.keep(0, part(0, 1_000))
    assert scores.done() == {0, 3}
    assert scores.scored == part(0, 1_000).numbers.size + part(3_000, 4_000).numbers.size
    assert scores.fallbacks == part(0, 1_000).fallbacks + part(3_000, 4_000).fallbacks
    scores.close()
    given, kept = part(3_000, 4_000), scores.part(3)
    np.testing.assert_array_equal(kept.numbers, given.numbers)
    assert list(kept.index) == ["fast", "slow"]
    assert list(kept.metrics) == ["sharpe", "trades"]
    for name, positions in given.index.items():
        np.testing.assert_array_equal(kept.index[name], positions)
        assert kept.index[name].dtype == np.int64
    for name, values in given.metrics.items():
        assert kept.metrics[name].tobytes() == values.tobytes()
    with pytest.raises(KeyError):
        scores.part(1)


@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_frame_has_all_rows_in_order_of_number(tmp_path: Path, kind: str) -> None:
    scores: Scores = opened(tmp_path) if kind == "folder" else MemoryScores(about(SIZE, PIECE), FINGERPRINT)
    assert scores.frame().collect().height == 0
    scores.keep(1, part(1_000, 2_000))
    scores.keep(0, part(0, 1_000))
    frame = scores.frame()
    assert isinstance(frame, pl.LazyFrame)
    table = frame.collect()
    assert table.columns == ["number", "axis:fast", "axis:slow", "metric:sharpe", "metric:trades"]
    np.testing.assert_array_equal(table["number"].to_numpy(), part(0, 2_000).numbers)


@pytest.mark.parametrize("piece", [1, 7, 1_000, 4_095, 4_096, 4_097, 9_999])
def test_hash_does_not_depend_on_the_size_of_pieces(piece: int) -> None:
    scores = MemoryScores(about(SIZE, piece), FINGERPRINT)
    fill(scores, SIZE, piece)
    assert scores.result_hash() == expected()


def test_hash_is_of_the_stated_bytes() -> None:
    """Worked out by hand from the docstring, so that it never changes unnoticed."""
    nan = struct.pack("<d", np.nan)
    stream = b'["sharpe","trades"]'
    scores = MemoryScores(about(3, 3), FINGERPRINT)
    metrics = {"trades": np.array([2.0, 3.0]), "sharpe": np.array([-0.0, -np.nan])}
    scores.keep(0, Part(np.array([1, 4_096]), {}, metrics, 0))
    stream += struct.pack("<qq", 1, 1) + struct.pack("<d", 0.0) + struct.pack("<d", 2.0)
    stream += struct.pack("<qq", 1, 4_096) + nan + struct.pack("<d", 3.0)
    assert scores.result_hash() == hashlib.sha256(stream).hexdigest()


def test_hash_sees_a_number_a_value_and_a_missing_row() -> None:
    def hashed(change: str) -> str:
        given = part(0, 100)
        if change == "number":
            given.numbers[-1] += 1
        elif change == "value":
            given.metrics["sharpe"][5] = np.nextafter(given.metrics["sharpe"][5], 1.0)
        scores = MemoryScores({}, FINGERPRINT)
        scores.keep(0, part(0, 99) if change == "row" else given)
        return scores.result_hash()

    assert len({hashed(change) for change in ("", "number", "value", "row")}) == 4


def test_same_sweep_goes_on_where_it_was(tmp_path: Path) -> None:
    with opened(tmp_path / "deep" / "sweep") as scores:
        for piece in (0, 4, 2):
            scores.keep(piece, part(piece * PIECE, (piece + 1) * PIECE))
    with opened(tmp_path / "deep" / "sweep") as scores:
        assert scores.done() == {0, 2, 4}
        fill(scores, SIZE, PIECE)
        assert scores.result_hash() == expected()
    assert ScoreFolder.read(tmp_path / "deep" / "sweep").result_hash() == expected()


def test_piece_kept_again_is_replaced(tmp_path: Path) -> None:
    with opened(tmp_path) as scores:
        scores.keep(0, part(0, 500))
        scores.keep(0, part(0, PIECE))
        scores.keep(0, part(0, PIECE))
        assert len(pieces(tmp_path)) == 1
        assert scores.part(0).numbers.size == part(0, PIECE).numbers.size


def test_closed_or_read_folder_keeps_nothing(tmp_path: Path) -> None:
    scores = opened(tmp_path)
    scores.close()
    scores.close()
    for shut in (scores, ScoreFolder.read(tmp_path)):
        with pytest.raises(ValueError, match="closed, or open for reading only"):
            shut.keep(0, part(0, PIECE))
    assert pieces(tmp_path) == []


def test_second_writer_is_refused_and_told_who_is_at_work(tmp_path: Path) -> None:
    with opened(tmp_path):
        with pytest.raises(EnvironmentFaultError, match=f"process {os.getpid()}") as caught:
            opened(tmp_path)
        assert caught.value.code == "E_SWEEP_BUSY"
        assert ScoreFolder.read(tmp_path).done() == frozenset()
    opened(tmp_path).close()


def test_folder_of_another_sweep_says_in_what_they_differ(tmp_path: Path) -> None:
    full(tmp_path)
    before = files(tmp_path)
    other = about(SIZE, 500, axes={"fast": [1, 2]})
    with pytest.raises(InputError) as caught:
        ScoreFolder.open(tmp_path, other, FINGERPRINT)
    assert caught.value.code == "E_SWEEP_FOLDER"
    assert caught.value.details["differences"] == [
        "piece_size is 1000 there and 500 now",
        'axes is not there and {"fast": [1, 2]} now',
    ]
    with pytest.raises(InputError, match="fingerprint is ffffffffffff there and 000000000000 now"):
        ScoreFolder.open(tmp_path, about(SIZE, PIECE), "0" * 64)
    assert files(tmp_path) == before


def test_folder_is_begun_anew_when_that_is_asked_for(tmp_path: Path) -> None:
    full(tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with ScoreFolder.open(tmp_path, about(SIZE, 500), FINGERPRINT, fresh=True) as scores:
        assert scores.done() == frozenset()
        fill(scores, SIZE, 500)
        assert scores.result_hash() == expected()
        with pytest.raises(EnvironmentFaultError, match="another sweep"):
            ScoreFolder.open(tmp_path, about(SIZE, 250), FINGERPRINT, fresh=True)
    assert ScoreFolder.read(tmp_path).about == about(SIZE, 500)
    assert (tmp_path / "notes.txt").exists()
    with ScoreFolder.open(tmp_path / "new", about(SIZE, 500), FINGERPRINT, fresh=True) as scores:
        assert scores.done() == frozenset()


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("name", ["notes.txt", "run.json", "manifest.json"])
def test_folder_of_somebody_else_is_refused_and_not_touched(tmp_path: Path, name: str, fresh: bool) -> None:
    (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        ScoreFolder.open(tmp_path, about(SIZE, PIECE), FINGERPRINT, fresh=fresh)
    assert caught.value.code == "E_SWEEP_FOLDER"
    assert files(tmp_path) == {name: b"{}"}


def test_files_beside_a_sweep_of_ours_stay_and_do_not_matter(tmp_path: Path) -> None:
    full(tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with opened(tmp_path) as scores:
        assert scores.result_hash() == expected()
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
def test_full_disk_is_an_environment_fault_and_loses_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as scores:
        scores.keep(0, part(0, PIECE))
    before = files(tmp_path)
    said = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert said.stdout.split() == ["E_WRITE", "0"]
    assert files(tmp_path) == before


def test_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here", encoding="utf-8")
    for path in (tmp_path / "file", tmp_path / "file" / "sweep"):
        with pytest.raises(InputError) as caught:
            opened(path)
        assert caught.value.code == "E_SWEEP_FOLDER"


def test_folder_without_a_sweep_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match="holds no sweep"):
            ScoreFolder.read(path)


def test_sweep_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    full(tmp_path)
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    manifest["format"] = 2
    newer = json.dumps(manifest | {"checksum": digest(manifest)})
    (tmp_path / "manifest.json").write_text(newer, encoding="utf-8")
    for call in (lambda: opened(tmp_path), lambda: ScoreFolder.read(tmp_path)):
        with pytest.raises(InputError, match="format 2, which a newer version wrote"):
            call()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_part_cut_short_is_noticed_and_done_again(tmp_path: Path, share: float) -> None:
    whole = full(tmp_path)
    torn = pieces(tmp_path)[4]
    os.truncate(torn, int(torn.stat().st_size * share))
    with opened(tmp_path) as scores:
        assert scores.done() == set(range(10)) - {4}
        fill(scores, SIZE, PIECE)
        assert scores.result_hash() == whole
    assert len(pieces(tmp_path)) == 10


def test_changed_bit_anywhere_in_a_part_is_noticed(tmp_path: Path) -> None:
    full(tmp_path)
    path = pieces(tmp_path)[7]
    raw = path.read_bytes()
    for at in range(0, len(raw), len(raw) // 40):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :])
        with opened(tmp_path) as scores:
            assert scores.done() == set(range(10)) - {7}
    path.write_bytes(raw)
    with opened(tmp_path) as scores:
        assert scores.done() == set(range(10))


def test_part_altered_while_it_is_in_use_is_told(tmp_path: Path) -> None:
    with opened(tmp_path) as scores:
        fill(scores, SIZE, PIECE)
        path = pieces(tmp_path)[2]
        path.write_bytes(path.read_bytes()[:-1])
        for call in (lambda: scores.part(2), scores.result_hash):
            with pytest.raises(DataError) as caught:
                call()
            assert caught.value.code == "E_SWEEP_BROKEN"


def test_part_under_the_name_of_another_piece_is_not_taken(tmp_path: Path) -> None:
    full(tmp_path)
    paths = pieces(tmp_path)
    paths[3].write_bytes(paths[5].read_bytes())
    paths[3].rename(paths[3].with_name(paths[5].name.replace("00000005", "00000003")))
    with opened(tmp_path) as scores:
        assert scores.done() == set(range(10)) - {3}


def test_part_of_another_sweep_is_not_taken(tmp_path: Path) -> None:
    full(tmp_path / "ours")
    with ScoreFolder.open(tmp_path / "theirs", about(SIZE, PIECE, seed=1), FINGERPRINT) as theirs:
        theirs.keep(10, part(10_000, 11_000))
    (foreign,) = pieces(tmp_path / "theirs")
    (tmp_path / "ours" / foreign.name).write_bytes(foreign.read_bytes())
    with opened(tmp_path / "ours") as scores:
        assert scores.done() == set(range(10))


def test_damaged_manifest_is_written_again_when_a_part_proves_whose_it_is(tmp_path: Path) -> None:
    whole = full(tmp_path)
    manifest = tmp_path / "manifest.json"
    for damaged in (b"", manifest.read_bytes()[:-30], manifest.read_bytes().replace(b"1000", b"1001")):
        manifest.write_bytes(damaged)
        with pytest.raises(InputError) as caught:
            ScoreFolder.open(tmp_path, about(SIZE, 500), FINGERPRINT)
        assert caught.value.code == "E_SWEEP_FOLDER"
        with pytest.raises(InputError):
            ScoreFolder.read(tmp_path)
        with opened(tmp_path) as scores:
            assert scores.result_hash() == whole
        assert ScoreFolder.read(tmp_path).about == about(SIZE, PIECE)


def test_file_that_a_crash_left_half_written_is_removed(tmp_path: Path) -> None:
    with opened(tmp_path) as scores:
        scores.keep(0, part(0, PIECE))
    half = pieces(tmp_path)[0].with_suffix(".parquet.partial")
    half.write_bytes(b"PAR1")
    mine = tmp_path / "mine.partial"
    mine.write_bytes(b"mine")
    with opened(tmp_path) as scores:
        assert scores.done() == {0}
    assert not half.exists()
    assert mine.exists()


def test_columns_of_different_lengths_and_unordered_numbers_are_refused() -> None:
    given = part(0, 100)
    with pytest.raises(ValueError, match="columns of"):
        replace(given, metrics={"sharpe": np.zeros(3)})
    with pytest.raises(ValueError, match="must ascend"):
        replace(given, numbers=given.numbers[::-1])
