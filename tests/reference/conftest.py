"""Every scenario runs on both engines: the numbers were worked out by hand from the rules.

``ENGINE=reference`` (or ``ENGINE=production``) in the environment leaves the other one out; so does
``-k reference``.
"""

import os
from collections.abc import Callable

import pytest

from tests.reference import Outcome, reference_simulate
from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.types import NOWHERE, Signals, Surroundings

Simulate = Callable[..., Outcome]


def _production(
    bars: Bars, signals: Signals, rules: Rules, start: int = 0, surroundings: Surroundings = NOWHERE
) -> Outcome:
    from tradewright.engine.simulate import simulate as production_simulate  # compiles for a while

    return Outcome.of(production_simulate(bars, signals, rules, start, surroundings))


ENGINES: dict[str, Simulate] = {"reference": reference_simulate, "production": _production}
CHOSEN = [os.environ["ENGINE"]] if os.environ.get("ENGINE") else list(ENGINES)


@pytest.fixture(params=CHOSEN)
def simulate(request: pytest.FixtureRequest) -> Simulate:
    return ENGINES[request.param]
