"""The prices that every contestant trades: seeded, so that each process makes the same.

Runs in every environment, so it needs numpy and nothing of ours. Each bar opens where the one before closed:
"decided at the close, filled at the next open" and "filled at that close" are then the same price.
"""

from typing import Any

import numpy as np

MINUTE = 60_000_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
HOURLY_DEVIATION = 0.002
DAILY_DEVIATION = 0.015
# So that neither 2,500 nor 5,000 weekdays end at the start of a month, which some trade on and some do not.
FIRST_DAY = "2000-01-17"
# One contestant keeps prices as whole multiples of a tick, so all get multiples of 0.0001.
DECIMALS = 4
NAMES = ("open", "high", "low", "close", "volume")


def walk(n: int) -> dict[str, Any]:
    """Return `n` one-minute bars of a seeded random walk as arrays."""
    random = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(random.normal(0, 1e-4, n)))
    opening = np.concatenate([[100.0], close[:-1]])
    reach = np.abs(random.normal(0, 5e-5, (2, n)))
    return {
        "time": np.datetime64("2020-01-01", "ns").astype(np.int64) + MINUTE * np.arange(n),
        "open": opening,
        "high": np.maximum(opening, close) * (1 + reach[0]),
        "low": np.minimum(opening, close) * (1 - reach[1]),
        "close": close,
        "volume": np.full(n, 1.0),
    }


def hours(n: int) -> dict[str, Any]:
    """Return `n` one-hour bars of geometric Brownian motion as arrays."""
    time = np.datetime64("2010-01-01", "ns").astype(np.int64) + HOUR * np.arange(n)
    return {"time": time, **_brownian(n, HOURLY_DEVIATION, seed=3)}


def universe(symbols: int, n: int) -> dict[str, dict[str, Any]]:
    """Return `n` daily bars of weekdays for so many unrelated symbols, by name."""
    days = np.busday_offset(FIRST_DAY, np.arange(n)).astype("datetime64[ns]").astype(np.int64)
    return {
        f"S{i:03d}": {"time": days, **_brownian(n, DAILY_DEVIATION, seed=1_000 + i)} for i in range(symbols)
    }


def month_starts(time: Any) -> Any:
    """Return a mask: the first bar of all, and each whose month is not that of the bar before."""
    months = time.astype("datetime64[ns]").astype("datetime64[M]")
    return np.concatenate([[True], months[1:] != months[:-1]])


def write_csv(path: str, n: int) -> None:
    """Write the walk as a file that every contestant reads."""
    bars = walk(n)
    stamps = bars["time"].astype("datetime64[ns]").astype("datetime64[s]")
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - a plain file in every Python
        file.write("timestamp,open,high,low,close,volume\n")
        for i, stamp in enumerate(stamps):
            file.write(f"{stamp}," + ",".join(f"{bars[name][i]:.6f}" for name in NAMES) + "\n")


def _brownian(n: int, deviation: float, seed: int) -> dict[str, Any]:
    """Return bars whose log steps are normal, with the extremes of the Brownian bridge between them."""
    random = np.random.default_rng(seed)
    step = random.normal(-(deviation**2) / 2, deviation, n)
    # The maximum of a bridge from 0 to x, see Glasserman, Monte Carlo Methods (2003), section 6.4.
    spread = np.sqrt(step**2 - 2 * deviation**2 * np.log(random.uniform(1e-12, 1, (2, n))))
    before = np.log(100) + np.concatenate([[0.0], np.cumsum(step)[:-1]])
    columns = {
        "open": before,
        "high": before + (step + spread[0]) / 2,
        "low": before + (step - spread[1]) / 2,
        "close": before + step,
    }
    prices = {name: np.round(np.exp(logs), DECIMALS) for name, logs in columns.items()}
    return {**prices, "volume": np.full(n, 1e6)}
