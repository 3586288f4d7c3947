"""Draw the README's picture: what a first backtest prints, as an SVG of the terminal.

``python -m tools.result_picture`` writes ``docs/images/first-backtest.svg``.
"""

import re
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

import tradewright as tw
from tradewright.entrypoints.cli.report import print_run

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "first-backtest.svg"
COMMAND = "tradewright backtest ma_crossover --data sample:GOOG"


def main() -> None:
    """Run the README's backtest and write its picture."""
    run = tw.backtest("ma_crossover", tw.load("sample:GOOG"))
    console = Console(record=True, width=96, highlight=False, force_terminal=True, file=StringIO())
    console.print(f"$ {COMMAND}", style="bold")
    print_run(console, run.to_dict(), run.equity_columns()["equity"])
    drawing = console.export_svg(title="tradewright", theme=MONOKAI)
    # Fonts fetched from elsewhere have no place in a repository: the reader's own monospace does.
    drawing = re.sub(r"@font-face \{.*?\}\s*", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r"font-family: Fira Code, monospace", "font-family: monospace", drawing)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(re.sub(r"[ \t]+$", "", drawing, flags=re.MULTILINE), encoding="utf-8")


if __name__ == "__main__":
    main()
