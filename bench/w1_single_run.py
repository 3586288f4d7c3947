"""W1: one SMA cross with metrics, warm, through the public face: time and memory."""

from bench.processes import CONTESTANTS, measured
from bench.table import Row, show

PROMISED_MS = {100_000: 10, 1_000_000: 120}
PROMISED_MB = 400


def main() -> None:
    """Measure and print."""
    rows: list[Row] = []
    for bars, promise in PROMISED_MS.items():
        answers = {name: measured(name, "single", str(bars)) for name in CONTESTANTS}
        times = {name: answer["best_s"] * 1e3 for name, answer in answers.items()}
        rows.append(Row(f"{bars:,} bars, best run", times, "ms", promise))
        memory = {name: answer["peak_mb"] for name, answer in answers.items()}
        rows.append(Row(f"{bars:,} bars, peak memory of the process", memory, "MB", PROMISED_MB))
        counts = ", ".join(f"{name} {answer['trades']:,}" for name, answer in answers.items())
        print(f"{bars:,} bars: trades of {counts}")
    show("W1  one SMA cross 20/50 with metrics, warm", rows)


if __name__ == "__main__":
    main()
