"""Files around the bars are read as the bars' own was: in one zone, as one symbol."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import tradewright as tw
from tradewright.core.errors import TradewrightError

START = datetime(2024, 1, 1)  # noqa: DTZ001 - a clock without a zone is what is tested
CROSS = {"params": {"fast": 5, "slow": 20}}
MAGNIFIED = {"intrabar": "magnified", "stop_loss": 1, "take_profit": 1}
HOURS = 400


def prices(count: int) -> np.ndarray:
    walk = np.random.default_rng(7).normal(0, 0.004, count)
    return 100 * np.exp(np.cumsum(walk))


def write(path: Path, minutes: int, level: np.ndarray, symbol: str | None = None) -> Path:
    """Write bars whose inside is four quarters of an hour long, or the quarters themselves."""
    path.parent.mkdir(exist_ok=True)
    step = minutes // 15
    lines = [f"{'symbol,' if symbol else ''}timestamp,open,high,low,close,volume"]
    for i in range(len(level) // step):
        inside = level[i * step : (i + 1) * step]
        opened = inside[0] if i == 0 else level[i * step - 1]
        every = [opened, *inside]
        row = (opened, max(every), min(every), inside[-1])
        stamp = START + timedelta(minutes=minutes * i)
        first = f"{symbol}," if symbol else ""
        lines.append(f"{first}{stamp},{','.join(f'{price:.6f}' for price in row)},1000")
    path.write_text("\n".join(lines) + "\n")
    return path


def rows(path: Path, pairs: Sequence[tuple[object, object]]) -> Path:
    path.write_text("time,value\n" + "".join(f"{time},{value}\n" for time, value in pairs))
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    level = prices(HOURS * 4)
    return write(tmp_path / "h1.csv", 60, level), write(tmp_path / "m15.csv", 15, level)


def codes(run: tw.Run) -> dict[str, str]:
    return {caution["code"]: caution["message"] for caution in run.to_dict()["warnings"]}


def test_finer_file_is_of_the_symbol_and_the_zone_of_the_bars(files: tuple[Path, Path]) -> None:
    hours, quarters = files
    answers = []
    for zone in ("UTC", "Asia/Tokyo"):
        bars = tw.load(hours, symbol="BTC/USDT", timezone=zone)
        run = tw.backtest("ma_crossover", bars, finer=quarters, **CROSS, **MAGNIFIED)
        assert not {"W_FINER_DIFFERS", "W_TZ_ASSUMED", "W_UNMAGNIFIED"} & set(codes(run))
        answers.append(run.metrics["total_return"])
    assert answers[0] == answers[1]


def test_finer_file_in_another_zone_than_the_bars_is_refused(files: tuple[Path, Path]) -> None:
    hours, quarters = files
    bars = tw.load(hours, timezone="Asia/Tokyo")
    other = tw.load(quarters, symbol=bars.symbol, timezone="UTC")
    with pytest.raises(TradewrightError, match="far beyond high or low") as refused:
        tw.backtest("ma_crossover", bars, finer=other, **CROSS, **MAGNIFIED)
    assert refused.value.code == "E_FINER"


def test_finer_file_with_a_column_of_other_symbols_is_refused(files: tuple[Path, Path]) -> None:
    other = write(files[1].with_name("eth.csv"), 15, prices(HOURS * 4), "ETH")
    with pytest.raises(TradewrightError, match="no symbol 'h1' in it") as refused:
        tw.backtest("ma_crossover", tw.load(files[0]), finer=other, **CROSS, **MAGNIFIED)
    assert "Finer bars are of the symbol of the bars, h1" in (refused.value.fix or "")


def test_rates_file_is_in_the_zone_of_the_bars(files: tuple[Path, Path]) -> None:
    rates = write(files[0].with_name("EURUSD.csv"), 60, 1 + prices(HOURS * 4) / 1000)
    answers = []
    for zone in ("UTC", "America/New_York"):
        bars = tw.load(files[0], symbol="BTC/EUR", timezone=zone)
        run = tw.backtest("ma_crossover", bars, rates=rates, currency="USD", **CROSS)
        assert "W_TZ_ASSUMED" not in codes(run)
        answers.append(run.metrics["total_return"])
    assert answers[0] == answers[1]


@pytest.mark.parametrize("kind", ["funding", "dividends"])
def test_payments_in_a_file_are_in_the_zone_of_the_bars(files: tuple[Path, Path], kind: str) -> None:
    times = [START + timedelta(hours=8 * i) for i in range(HOURS // 8)]
    paid = rows(
        files[0].with_name("paid.csv"), [(time, 0.001 + 0.0001 * (i % 7)) for i, time in enumerate(times)]
    )
    answers = []
    for zone in ("UTC", "Asia/Tokyo"):
        run = tw.backtest("ma_crossover", tw.load(files[0], timezone=zone), **{kind: paid}, **CROSS)
        assert "W_TZ_ASSUMED" not in codes(run)
        answers.append(run.metrics["total_return"])
    assert answers[0] == answers[1]


def test_zone_that_nothing_names_is_told_of_every_file(files: tuple[Path, Path]) -> None:
    hours, quarters = files
    funding = rows(hours.with_name("paid.csv"), [(START, 0.001)])
    aware = rows(hours.with_name("aware.csv"), [("2024-01-02T00:00Z", 0.1), (1_704_240_000, 0.1)])
    run = tw.backtest(
        "ma_crossover", hours, finer=quarters, funding=funding, dividends=aware, **CROSS, **MAGNIFIED
    )
    said = [one["message"] for one in run.to_dict()["warnings"] if one["code"] == "W_TZ_ASSUMED"]
    assert any(message.startswith("finer, funding: times without a zone") for message in said)
