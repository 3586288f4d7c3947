"""What every test runs under: how hard hypothesis looks, and a home that nothing else uses."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# No deadline and no check of speed: machines differ, and a busy one must not turn a test red.
_ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
# On the build server the same examples every time; elsewhere new ones, and failures are remembered.
_ON_SERVER = bool(os.environ.get("CI"))

if _ON_SERVER:
    settings.register_profile("fast", _ANY_SPEED, max_examples=100, derandomize=True, database=None)
else:
    settings.register_profile("fast", _ANY_SPEED, max_examples=100)
settings.register_profile("campaign", _ANY_SPEED, max_examples=5_000, database=None)
settings.load_profile("fast")


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep runs and stored bars away from the user's own; compiled code stays in the usual cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADEWRIGHT_HOME", str(tmp_path_factory.mktemp("home")))
        yield
