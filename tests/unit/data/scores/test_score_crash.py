"""A sweep that is killed: only pieces that were not kept yet are lost, and the result is the same."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.unit.data.scores.drawn_parts import FINGERPRINT, about, fill, part
from tradewright.data.scores.folder import ScoreFolder
from tradewright.data.scores.memory import MemoryScores
from tradewright.data.scores.part import Part

SIZE, PIECE = 120_000, 400
ROOT = Path(__file__).resolve().parents[4]
SWEEP = f"""
import sys
import polars
from tests.unit.data.scores.drawn_parts import FINGERPRINT, about, part
from tradewright.data.scores.folder import ScoreFolder

with ScoreFolder.open(sys.argv[1], about({SIZE}, {PIECE}), FINGERPRINT) as scores:
    print("open", *sorted(scores.done()), flush=True)
    for piece in range({SIZE // PIECE}):
        if piece not in scores.done():
            scores.keep(piece, part(piece * {PIECE}, (piece + 1) * {PIECE}))
            print(piece, flush=True)
"""


def killed_run(folder: Path, after_s: float) -> tuple[set[int], set[int]]:
    """Return what a run found done, and what it said it kept before it was killed."""
    command = [sys.executable, "-c", SWEEP, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        found = {int(word) for word in process.stdout.readline().split()[1:]}
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
        kept = {int(line) for line in process.stdout.read().split("\n")[:-1]}
    return found, kept


@pytest.mark.slow
def test_sweep_killed_again_and_again_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    draw = np.random.default_rng(7)
    kept: set[int] = set()
    for _ in range(25):
        found, more = killed_run(tmp_path, draw.uniform(0.0, 0.06))
        # What was said to be kept is there; beyond it at most what was written when the end came.
        assert kept <= found
        assert len(found - kept) <= 1
        kept = found | more
    assert len(kept) > 25
    with ScoreFolder.open(tmp_path, about(SIZE, PIECE), FINGERPRINT) as scores:
        assert kept <= scores.done()
        fill(scores, SIZE, PIECE)
        resumed = scores.result_hash()
    whole = MemoryScores(about(SIZE, SIZE), FINGERPRINT)
    whole.keep(0, part(0, SIZE))
    assert resumed == whole.result_hash()
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".parquet") == [".lock", "manifest.json"]


READ = """
import sys
from pathlib import Path
from tradewright.data.scores.folder import ScoreFolder

scores = ScoreFolder.read(sys.argv[1])
rows = sum(part.numbers.size for part in scores.parts())
# Not getrusage: what it tells of a process includes the one that started it.
most = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(rows, scores.result_hash(), most)
"""


@pytest.mark.slow
def test_a_million_combinations_are_read_in_bounded_memory(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    with ScoreFolder.open(tmp_path, about(1_000_000, 20_000), FINGERPRINT) as scores:
        for piece in range(50):
            numbers = np.arange(piece * 20_000, (piece + 1) * 20_000)
            metrics = {f"m{i}": draw.normal(size=20_000) for i in range(20)}
            scores.keep(piece, Part(numbers, {"fast": numbers // 1000, "slow": numbers % 1000}, metrics, 0))
    said = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path)], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()
    assert int(said[0]) == 1_000_000
    assert int(said[2]) < 300_000  # KiB
