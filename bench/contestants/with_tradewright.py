"""Ours, through the public face; the metrics are part of every run."""

from typing import Any

from protocol import FEE, answer

import tradewright as tw

RULES: Any = {"cash": 1_000_000.0, "fee": FEE}


def prepare(arrays: dict[str, Any]) -> Any:
    columns = {name: column for name, column in arrays.items() if name != "time"}
    bars = tw.Bars(arrays["time"], columns, timeframe="1m", instrument="WALK")

    def run() -> int:
        result = tw.backtest("ma_crossover", bars, params={"fast": 20, "slow": 50}, **RULES)
        return int(result.metrics["trades"])

    return run


def cold(path: str) -> None:
    result = tw.backtest("ma_crossover", path, params={"fast": 20, "slow": 50}, **RULES)
    print(result.metrics)


if __name__ == "__main__":
    answer(prepare, cold)
