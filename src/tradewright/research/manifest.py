"""What a run was made of, and the two hashes that name it (engine.md 6.2)."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.canonical import digest
from tradewright.core.timeframe import NS_PER_SECOND
from tradewright.engine.rules import Rules
from tradewright.engine.types import Simulation


def iso(time: int) -> str:
    """Return UTC nanoseconds as ISO 8601 with seconds, what fraction of one there is, and a ``Z``."""
    seconds, rest = divmod(int(time), NS_PER_SECOND)
    fraction = f".{rest:09d}" if rest else ""
    while fraction.endswith("000"):
        fraction = fraction.removesuffix("000")
    return f"{np.datetime64(seconds, 's')}{fraction}Z"


def manifest_of(
    bars: Bars, start: int, strategy: Mapping[str, Any], rules: Rules, measures: Mapping[str, Any], seed: int
) -> dict[str, Any]:
    """Return everything that decides the result of a run, as plain data.

    Parameters
    ----------
    bars
        The series as the run saw it, cut at the window's end.
    start
        Index of the window's first bar.
    strategy
        The strategy's canonical form with its parameters bound.
    measures
        What the metrics depend on beside the run itself: ``risk_free`` and ``benchmark``.
    seed
        Of the shuffles behind the stability index; the engine itself draws nothing.
    """
    return {
        "tradewright": version("tradewright"),
        "series": {
            "instrument": bars.instrument.to_dict(),
            "timeframe": str(bars.timeframe),
            "bars": len(bars),
            "first": iso(bars.time[0]),
            "last": iso(bars.time[-1]),
            "checksum": bars.checksum,
        },
        "window": {
            "start": iso(bars.time[start]),
            "end": iso(bars.close_time[-1]),
            "bars": len(bars) - start,
        },
        "strategy": dict(strategy),
        "rules": rules.model_dump(mode="json"),
        "metrics": dict(measures),
        "seed": seed,
    }


def fingerprint_of(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a manifest: equal for runs that must give the same result."""
    return digest(dict(manifest))


def result_hash_of(simulation: Simulation) -> str:
    """Return the SHA-256 of fills and equity: equal for runs that did give the same result."""
    sha = hashlib.sha256(np.ascontiguousarray(simulation.fills).tobytes())
    sha.update(np.ascontiguousarray(simulation.equity).tobytes())
    return sha.hexdigest()
