"""Draw how a sweep is fast, on 64 bars of a real run: ``python -m tools.sweep_picture``.

Writes ``docs/images/how-a-sweep-is-fast.svg``. Nothing in it is drawn by hand: averages, masks, the blocks of
bars that are passed over, the trades and the equity are those of one combination.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import tradewright as tw
from tradewright.engine.sweep.tables import BLOCK
from tradewright.kernels.bits import WORD

Floats = npt.NDArray[np.float64]

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "how-a-sweep-is-fast.svg"
FAST, SLOW, STOP, TARGET = 3, 8, 1.0, 2.0
# Bars and prices between which it goes straight: up fast, then up slowly.
TURNS = ((0, 9, 17, 27, 31, 51, 60, 63), (99.6, 98.5, 101.3, 99.0, 98.9, 100.3, 99.0, 98.8))
HOUR = 3_600_000_000_000
LEFT, CELL = 218, 10
WIDTH, HEIGHT = LEFT + WORD * CELL + 22, 796
STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de } .ink { fill: #1f2328 } .dim { fill: #656d76 }
  .line { fill: none; stroke-width: 1.6 } .close { stroke: #8c959f } .fast { stroke: #0969da }
  .slow { stroke: #bc4c00 } .fast-ink { fill: #0969da } .slow-ink { fill: #bc4c00 }
  .off { fill: #eaeef2 } .on { fill: #0969da } .true { fill: #1a7f37 } .false { fill: #cf222e }
  .passed { fill: #eaeef2; stroke: #d0d7de } .looked { fill: #fff1c2; stroke: #bf8700 }
  .level { stroke-width: 1.2; stroke-dasharray: 4 3 } .held { stroke: #1a7f37; stroke-width: 2.4 }
  .stop { stroke: #cf222e } .target { stroke: #1a7f37 } .dot { fill: #8250df }
  .jump { fill: none; stroke: #8250df; stroke-width: 1.4 }
  text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif } .head { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #161b22; stroke: #30363d } .ink { fill: #e6edf3 } .dim { fill: #8d96a0 }
    .close { stroke: #6e7681 } .fast { stroke: #58a6ff } .slow { stroke: #f0883e }
    .fast-ink { fill: #58a6ff } .slow-ink { fill: #f0883e } .off { fill: #262c36 } .on { fill: #58a6ff }
    .true { fill: #3fb950 } .false { fill: #f85149 } .passed { fill: #262c36; stroke: #30363d }
    .looked { fill: #4b3a0b; stroke: #d29922 } .held { stroke: #3fb950 } .stop { stroke: #f85149 }
    .target { stroke: #3fb950 } .jump { stroke: #a371f7 } .dot { fill: #a371f7 }
  }"""


def bars_of_a_word() -> tw.Bars:
    """Return 64 hourly bars with two trades in them."""
    random = np.random.default_rng(51)
    at = np.arange(WORD)
    close = np.interp(at, *TURNS) + random.normal(0, 0.1, WORD)
    opening = np.concatenate([close[:1], close[:-1]])
    reach = np.abs(random.normal(0, 0.18, (2, WORD)))
    columns = {
        "open": opening,
        "high": np.maximum(opening, close) + reach[0],
        "low": np.minimum(opening, close) - reach[1],
        "close": close,
        "volume": np.ones(WORD),
    }
    time = np.datetime64("2024-01-01", "ns").astype(np.int64) + HOUR * at
    return tw.Bars(time, columns, timeframe="1h", instrument="WORD")


class Scale:
    """Values to heights of a panel."""

    def __init__(self, top: float, height: float, *values: Floats) -> None:
        self._low, high = min(np.nanmin(v) for v in values), max(np.nanmax(v) for v in values)
        self._top, self._height, self._range = top, height, high - self._low

    def __call__(self, value: float) -> float:
        """Return where a value is drawn."""
        return self._top + self._height * (1 - (value - self._low) / self._range)


def x(bar: float) -> float:
    """Return where a bar begins."""
    return LEFT + CELL * bar


def words(at: float, text: str, kind: str = "dim", left: float = 18) -> str:
    """Draw a line of text."""
    return f'<text x="{left}" y="{at:.1f}" class="{kind}">{text}</text>'


def path(kind: str, values: Floats, y: Scale) -> str:
    """Draw values of bars, those that are known."""
    points = [f"{x(i + 0.5):.1f},{y(v):.1f}" for i, v in enumerate(values) if not np.isnan(v)]
    return f'<polyline class="line {kind}" points="{" ".join(points)}"/>'


def straight(kind: str, first: float, last: float, at: float) -> str:
    """Draw a level between two bars."""
    return f'<line class="{kind}" x1="{x(first):.1f}" y1="{at:.1f}" x2="{x(last):.1f}" y2="{at:.1f}"/>'


def mask(at: float, label: str, flags: npt.NDArray[np.bool_], kind: str) -> Iterator[str]:
    """Draw one word: a cell for each bar."""
    yield words(at + 9, label)
    for i, flag in enumerate(flags.tolist()):
        name = kind if flag else "off"
        yield f'<rect class="{name}" x="{x(i) + 0.5:.1f}" y="{at}" width="{CELL - 1}" height="10"/>'


def columns_panel(bars: tw.Bars, fast: Floats, slow: Floats) -> Iterator[str]:
    """1: every distinct column once."""
    y = Scale(52, 84, bars.close, fast, slow)
    yield words(34, "1  Columns, each once", "ink head")
    yield words(64, f"sma {FAST}", "fast-ink")
    yield words(80, f"sma {SLOW}", "slow-ink")
    yield words(96, "close")
    yield words(118, "142 windows are 142 columns,")
    yield words(133, "not 2 x 10,011")
    yield from (
        path(kind, values, y) for kind, values in (("close", bars.close), ("slow", slow), ("fast", fast))
    )


def masks_panel(top: float, fast: Floats, slow: Floats) -> Iterator[str]:
    """2 and 3: comparisons as words, conditions as two words each."""
    known, before = ~np.isnan(fast - slow), np.zeros(1, np.bool_)
    over, under = known & (fast > slow), known & (fast < slow)
    both = known & np.concatenate([before, known[:-1]])
    up = both & over & ~np.concatenate([before, over[:-1]])
    down = both & under & ~np.concatenate([before, under[:-1]])
    yield words(top, "2  Each comparison once: 64 bars are a word", "ink head")
    rows = [("fast above slow", over, "on"), ("fast below slow", under, "on"), ("both known", known, "on")]
    for i, row in enumerate(rows):
        yield from mask(top + 12 + 15 * i, *row)
    top += 80
    yield words(top, "3  Conditions: where true, where false, else unknown", "ink head")
    rows = [("crosses above: true", up, "true"), ("crosses above: false", both & ~up, "false")]
    for i, row in enumerate([*rows, ("crosses below: true", down, "true")]):
        yield from mask(top + 12 + 15 * i, *row)


def walk_panel(top: float, bars: tw.Bars, trades: Sequence[dict[str, Any]]) -> Iterator[str]:
    """4: from event to event, levels searched in blocks."""
    y = Scale(top + 40, 128, bars.high, bars.low)
    yield words(top, "4  From event to event", "ink head")
    for i, text in enumerate(("look for the next set bit", "of the entries,", "enter at the next open,")):
        yield words(top + 22 + 15 * i, text)
    yield words(top + 76, "passed over: a block of 8 bars")
    yield words(top + 91, "whose range meets no level")
    yield words(top + 115, "looked into, bar by bar: one that")
    yield words(top + 130, "does, or has a trade's end in it")
    held = [(trade["from"], trade["to"]) for trade in trades]
    for first in range(0, WORD, BLOCK):
        low, high = bars.low[first : first + BLOCK].min(), bars.high[first : first + BLOCK].max()
        inside = [t for t in trades if t["from"] < first + BLOCK and t["to"] >= first]
        looked = any(low <= t["stop"] or high >= t["target"] for t in inside) or not any(
            t["from"] <= first and first + BLOCK <= t["to"] for t in inside
        )
        kind = "looked" if looked else "passed"
        if inside:
            yield (
                f'<rect class="{kind}" x="{x(first) + 1:.1f}" y="{y(high):.1f}" width="{CELL * BLOCK - 2}"'
                f' height="{y(low) - y(high):.1f}" rx="3"/>'
            )
    yield path("close", bars.close, y)
    yield from jumps(top + 26, held)
    for trade in trades:
        first, last = trade["from"], trade["to"] + (trade["why"] != "signal")
        yield straight("level stop", first, last, y(trade["stop"]))
        yield straight("level target", first, last, y(trade["target"]))
        yield words(y(trade["stop"]) + 13, "stop", "dim", x(first))
        yield words(y(trade["target"]) - 4, "target", "dim", x(first))


def jumps(at: float, held: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Draw the leaps between events."""
    stops = [0.0, *(float(bar) for pair in held for bar in pair)]
    for first, last in zip(stops, [*stops[1:], float(WORD)], strict=True):
        if last > first:
            middle = (x(first) + x(last)) / 2
            yield f'<path class="jump" d="M{x(first):.1f} {at} Q{middle:.1f} {at - 22} {x(last):.1f} {at}"/>'
    yield from (f'<circle class="dot" cx="{x(bar):.1f}" cy="{at}" r="2.8"/>' for bar in stops)
    yield from (straight("held", first, last, at) for first, last in held)


def equity_panel(top: float, equity: Floats) -> Iterator[str]:
    """5 and 6: equity is a straight function of the close; sums; metrics."""
    y = Scale(top + 14, 78, equity)
    yield words(top, "5  Equity is cash + units x close", "ink head")
    yield words(top + 22, "days: only at their last bars")
    yield words(top + 40, "drawdown: from the extremes of")
    yield words(top + 55, "blocks, bars only where one")
    yield words(top + 70, "could be the deepest yet")
    yield path("fast", equity, y)
    for bar in range(23, WORD, 24):
        yield f'<circle class="dot" cx="{x(bar + 0.5):.1f}" cy="{y(equity[bar]):.1f}" r="4"/>'
    top += 116
    yield words(top, "6  Sums, then metrics", "ink head")
    yield words(top, "of returns and their squares, wins, profits, losses, the deepest fall:", left=LEFT)
    yield words(top + 16, "some 50 numbers a combination, whatever the number of bars", left=LEFT)


def picture() -> str:
    """Return the SVG."""
    bars = bars_of_a_word()
    fast, slow = (np.asarray(tw.indicator("sma", bars, period=period)) for period in (FAST, SLOW))
    run = tw.backtest(
        "ma_crossover",
        bars,
        params={"fast": FAST, "slow": SLOW},
        stop_loss=STOP,
        take_profit=TARGET,
        fee=0,
    )
    parts = [
        *columns_panel(bars, fast, slow),
        *masks_panel(178, fast, slow),
        *walk_panel(348, bars, trades_of(run, bars)),
        *equity_panel(574, np.asarray(run.equity_columns()["equity"])),
        words(
            HEIGHT - 42,
            "1 is done once for all combinations, 2 once for all that compare the same two columns,",
        ),
        words(HEIGHT - 26, "3 once for all whose conditions are the same, 4 to 6 for each combination."),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="How a sweep goes from prices to metrics">\n<style>{STYLE}\n</style>\n'
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="10"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def trades_of(run: Any, bars: tw.Bars) -> list[dict[str, Any]]:
    """Return where each trade began and ended, and its levels."""
    found: list[dict[str, Any]] = []
    for trade in run.trades.to_dict("records"):
        times = [trade["entry_time"].value, trade["exit_time"].value]
        first, last = (np.searchsorted(bars.time, times, "right") - 1).tolist()
        price = trade["entry_price"]
        levels = {"stop": price * (1 - STOP / 100), "target": price * (1 + TARGET / 100)}
        found.append({"from": first, "to": last, "why": trade["exit_reason"], **levels})
    return found


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
