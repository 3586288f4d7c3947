"""The two doors of the reference engine."""

from tests.reference.engine.run import outcome_of, run_over
from tests.reference.engine.world import World
from tests.reference.records import Outcome
from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.types import NOWHERE, Signals, Surroundings


def reference_simulate(
    bars: Bars, signals: Signals, rules: Rules, start: int = 0, surroundings: Surroundings = NOWHERE
) -> Outcome:
    """Run `signals` over `bars` from bar `start` on, by the letter of the rules."""
    return outcome_of(World(bars, signals, rules, surroundings), start)


def levels_over(
    bars: Bars,
    signals: Signals,
    rules: Rules,
    start: int,
    bar: int,
    surroundings: Surroundings = NOWHERE,
) -> list[float]:
    """The levels that stand over `bar` before it begins: of the position carried in, of resting orders."""
    return run_over(World(bars, signals, rules, surroundings), start, bar).levels()
