"""W2: from the shell prompt to the answer, compiled code cached."""

import tempfile
from pathlib import Path

from bench.contestants.series import write_csv
from bench.environments import BACKTESTING, OURS, VECTORBT, interpreter
from bench.processes import CONTESTANTS, script, wall
from bench.table import Row, show

BARS = 5_000


def main() -> None:
    """Measure and print."""
    command = str(Path(interpreter(OURS)).with_name("tradewright"))
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "walk_1m.csv")
        write_csv(file, BARS)
        runs = {name: wall([*script(name), "cold", file]) for name in (VECTORBT, BACKTESTING)}
        runs[OURS] = wall([command, "backtest", "ma_crossover", "--data", file, "--symbol", "WALK"])
    imports = {
        name: wall([interpreter(name), "-W", "ignore", "-c", f"import {name}"]) for name in CONTESTANTS
    }
    help_ = {OURS: wall([command, "--help"])}
    rows = [
        Row(f"backtest of a CSV of {BARS:,} bars", runs, "s", 0.9),
        Row("python -c import", imports, "s", 0.2),
        Row("tradewright --help", help_, "s", 0.3),
    ]
    show("W2  cold start, whole processes", rows)


if __name__ == "__main__":
    main()
