"""Every scenario runs on both engines: the numbers were worked out by hand from the rules."""

from collections.abc import Callable

import pytest

from tests.reference import Outcome, reference_simulate
from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate as production_simulate
from tradewright.engine.types import Signals

Simulate = Callable[..., Outcome]


def _production(bars: Bars, signals: Signals, rules: Rules, start: int = 0) -> Outcome:
    return Outcome.of(production_simulate(bars, signals, rules, start))


@pytest.fixture(params=[reference_simulate, _production], ids=["reference", "production"])
def simulate(request: pytest.FixtureRequest) -> Simulate:
    return request.param
