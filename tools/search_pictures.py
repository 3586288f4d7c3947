"""Draw what searches look like, on real prices: ``python -m tools.search_pictures``.

Writes the pictures of ``docs/concepts/search.md``. They are what ``.plot`` gives, nothing is drawn by hand.
"""

from pathlib import Path

import tradewright as tw

FOLDER = Path(__file__).parent.parent / "docs" / "images"


def pictures() -> dict[Path, str]:
    """Return where each picture is, and what it shows now."""
    bars = tw.sample("GOOG")
    plane = tw.optimize(
        "ma_crossover", bars, space={"fast": "4..40:2", "slow": "20..120:5"}, method="grid"
    ).plot
    many = tw.optimize(
        "ma_crossover",
        bars,
        space={"fast": "4..40", "slow": "20..120", "stop_loss": "1.0..6.0atr", "take_profit": "2.0..12.0atr"},
        constraints="trades >= 30",
        method="sobol",
        trials=400,
    ).plot
    return {
        FOLDER / "search-heatmap.svg": plane.heatmap("slow", "fast", "sharpe").svg,
        FOLDER / "search-parallel.svg": many.parallel().svg,
    }


if __name__ == "__main__":
    for path, drawn in pictures().items():
        path.write_text(drawn, encoding="utf-8")
