"""W8: a document with five parameters, and how time and memory grow with combinations and bars."""

from bench.contestants.sweeps import SHOWN_RULES
from bench.environments import OURS, VECTORBT
from bench.processes import measured_or_why_not
from bench.sweeping import Line, show

BARS, SIZE = 50_000, 100_000
TITLE = f"""W8  SMA cross, change over a day, stop, target: 5 parameters, {SIZE:,} combinations, {BARS:,} bars
  All-in, fee 0.001; metrics as in W6. When an exit fills at an open and the bar goes on to where the stop
  was, vectorbt says the stop; and see W7."""
GROWTH = {
    "10,011 pairs": ("sweep_pairs", BARS, 142),
    "10 x combinations": ("sweep_pairs", BARS, 448),
    "10 x bars": ("sweep_pairs", 10 * BARS, 142),
    "1,000,482 pairs": ("sweep_pairs", BARS, 1_503),
    "1,000,000 of the document": ("sweep_rules", BARS, 1_000_000),
}


def main() -> None:
    """Measure and print."""
    size = f"{BARS}x{SIZE}"
    lines = [Line(name, BARS, measured_or_why_not(name, "sweep_rules", size)) for name in (OURS, VECTORBT)]
    show(TITLE, lines, SHOWN_RULES, "/ ours")
    grown = [
        Line(name, bars, measured_or_why_not(OURS, task, f"{bars}x{number}"))
        for name, (task, bars, number) in GROWTH.items()
    ]
    show("W8  ours, as combinations and bars grow", grown, (), "/ first")


if __name__ == "__main__":
    main()
