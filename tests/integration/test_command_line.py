"""The command line as a user types it: results, every kind of mistake, and what is left on disk."""

import json
import math
import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands import HEADER, prices, run_json
from tests.documents import GOLD
from tradewright.entrypoints.cli.main import exit_code

__all__ = ["prices"]
CROSS = ("--param", "fast=5", "--param", "slow=20")


def test_backtest_json_holds_exactly_the_promised_parts(prices, capsys):
    run = run_json(capsys, "backtest", "ma_crossover", "--data", str(prices), *CROSS)
    assert set(run) == {"run", "metrics", "trades", "warnings", "envelope"}
    assert {
        "fingerprint", "result_hash", "symbol", "timeframe", "bars", "start", "end", "data_checksum", "rules",
        "execution_time_ms",
    } <= set(run["run"])  # fmt: skip
    assert run["run"]["symbol"] == "SWING"
    assert run["run"]["timeframe"] == "1d"
    assert set(run["trades"][0]) == {
        "entry_time", "exit_time", "side", "quantity", "entry_price", "exit_price", "pnl", "return", "fees",
        "bars_held", "exit_reason", "mae", "mfe", "carry", "entries", "exits",
    }  # fmt: skip
    gained = run["metrics"]["final_equity"] - run["metrics"]["initial_cash"]
    marked = sum(trade["pnl"] for trade in run["trades"] + run["run"]["open_trades"])
    assert gained == pytest.approx(marked, rel=1e-9)


def test_backtest_typed_twice_gives_one_fingerprint_and_one_result(prices, capsys):
    words = ("backtest", "rsi_reversal", "--data", str(prices), "--stop-loss", "3")
    first, second = run_json(capsys, *words), run_json(capsys, *words)
    assert first["run"]["fingerprint"] == second["run"]["fingerprint"]
    assert first["run"]["result_hash"] == second["run"]["result_hash"]
    other = run_json(capsys, *words[:-1], "4")
    assert other["run"]["fingerprint"] != first["run"]["fingerprint"]


# Every option that is a rule, and what it makes of the rules.
def test_venues_are_listed_with_date_and_source(capsys):
    listed = run_json(capsys, "venues")["venues"]
    assert {"name", "as_of", "source", "tiers", "rules", "not_modelled"} <= set(listed[0])
    assert exit_code(["venues"]) == 0
    assert listed[0]["as_of"] in capsys.readouterr().out
    assert exit_code(["venues", "binance:usdm@vip1"]) == 0
    shown = capsys.readouterr().out
    assert "maker_fee" in shown
    assert "https://" in shown
    assert exit_code(["venues", "binanse"]) == 2
    assert "binance" in capsys.readouterr().err


def test_backtest_window_limits_decisions_but_not_history(prices, capsys):
    words = ("backtest", "ma_crossover", "--data", str(prices), *CROSS)
    run = run_json(capsys, *words, "--start", "2020-06-01", "--end", "2020-12-31")
    assert run["run"]["start"].startswith("2020-06-01")
    assert run["run"]["last_bar"] <= "2020-12-31T00:00:00Z"
    assert all(trade["entry_time"] > "2020-06-01" for trade in run["trades"])


def test_backtest_example_document_of_the_contract_runs(tmp_path, capsys):
    prices = tmp_path / "quarters.csv"
    first = datetime(2024, 1, 1, tzinfo=UTC)
    rows = []
    for i in range(96 * 80):
        base = 2000 + 40 * math.sin(i / 17) + 25 * math.sin(i / 5)
        rows.append(f"{first + timedelta(minutes=15 * i)},{base},{base + 4},{base - 4},{base + 2},10")
    prices.write_text(HEADER + "\n".join(rows) + "\n")
    document = tmp_path / "structure.json"
    document.write_text(json.dumps(GOLD))
    run = run_json(capsys, "backtest", str(document), "--data", str(prices))
    assert run["run"]["rules"]["stop_loss"]["value"] == 1
    assert run["run"]["rules"]["take_profit"]["value"] == 2
    assert 59 * 96 <= run["run"]["bars"] <= 62 * 96
    london = [trade["entry_time"][11:13] for trade in run["trades"]]
    assert london
    assert all("08" <= hour <= "17" for hour in london)
    assert {trade["exit_reason"] for trade in run["trades"]} <= {"stop_loss", "take_profit"}


def test_backtest_python_file_runs(prices, tmp_path, capsys):
    code = tmp_path / "mine.py"
    code.write_text(
        "import tradewright as tw\n"
        "class Cross(tw.Strategy):\n"
        "    class Params(tw.StrategyParams):\n"
        "        fast: int = 5\n"
        "    def signals(self, bars, p):\n"
        "        fast = tw.indicator('sma', bars, period=p.fast)\n"
        "        slow = tw.indicator('sma', bars, period=4 * p.fast)\n"
        "        up, down = tw.crosses_above(fast, slow), tw.crosses_below(fast, slow)\n"
        "        return tw.Signals(long_entry=up, long_exit=down)\n"
    )
    mine = run_json(capsys, "backtest", f"{code}:Cross", "--data", str(prices), "--param", "fast=5")
    built_in = run_json(capsys, "backtest", "ma_crossover", "--data", str(prices), *CROSS)
    assert mine["trades"] == built_in["trades"]
    assert mine["run"]["result_hash"] == built_in["run"]["result_hash"]


def test_backtest_out_and_show_tell_the_same(prices, tmp_path, capsys):
    folder = tmp_path / "runs" / "first"
    run = run_json(
        capsys, "backtest", "momentum", "--data", str(prices), "--param", "lookback=10", "--out", str(folder)
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "equity.parquet", "fills.parquet", "manifest.json", "origin.json", "run.json", "trades.parquet",
    ]  # fmt: skip
    assert run_json(capsys, "show", str(folder)) == run
    assert exit_code(["show", str(folder)]) == 0
    assert run["run"]["fingerprint"][:16] in capsys.readouterr().out


def test_report_fits_eighty_columns(prices, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert exit_code(["backtest", "ma_crossover", "--data", str(prices), *CROSS]) == 0
    page = capsys.readouterr().out
    before_next = page.split("\nNext\n")[0]
    assert max(len(line) for line in before_next.splitlines()) <= 80
    assert "…" not in before_next
    for word in ("Sharpe", "Max drawdown", "Win rate", "fingerprint"):
        assert word in before_next


MISTAKES = {
    "unknown strategy": (["ma_crossovr"], 2, "E_STRATEGY", "ma_crossover"),
    "missing file": (["ma_crossover", "--data", "{folder}/SWING_1d.cvs"], 3, "E_FILE", "SWING_1d.csv"),
    "unknown parameter": (["ma_crossover", "--param", "fats=3"], 2, "E_PARAM", "fast"),
    "parameter out of bounds": (["ma_crossover", "--param", "fast=0"], 2, "E_PARAM", "fast"),
    "parameter of the wrong type": (["ma_crossover", "--param", "fast=abc"], 2, "E_PARAM", "fast"),
    "parameter without value": (["ma_crossover", "--param", "fast"], 2, "E_PARAM", "NAME=VALUE"),
    "start after end": (
        ["ma_crossover", "--start", "2020-09-01", "--end", "2020-03-01"],
        2,
        "E_RANGE",
        "2020-09-01",
    ),
    "empty range": (["ma_crossover", "--start", "2031-01-01"], 2, "E_RANGE", "2020-01-01"),
    "unreadable date": (["ma_crossover", "--start", "soon"], 2, "E_", "soon"),
    "fewer bars than the warm-up": (["ma_crossover", "--param", "slow=400"], 3, "E_TOO_FEW_BARS", "365"),
    "zero cash": (["ma_crossover", "--cash", "0"], 2, "E_PARAMETER", "cash"),
    "fee of 5": (["ma_crossover", "--fee", "5"], 2, "E_PARAMETER", "0.05"),
    "negative slippage": (["ma_crossover", "--slippage", "-1"], 2, "E_PARAMETER", "slippage"),
    "leverage of 0": (["ma_crossover", "--leverage", "0"], 2, "E_PARAMETER", "leverage"),
    "unknown direction": (
        ["ma_crossover", "--direction", "up"],
        2,
        "E_DIRECTION",
        "both, long, short",
    ),
    "unknown sizing": (["ma_crossover", "--sizing", "half"], 2, "E_PARAMETER", "equity:F"),
    "risk sizing without a stop": (["ma_crossover", "--sizing", "risk:0.02"], 2, "E_PARAMETER", "stop_loss"),
    "share above one": (["ma_crossover", "--sizing", "equity:50"], 2, "E_PARAMETER", "0.5"),
    "text for a number": (["ma_crossover", "--cash", "much"], 2, "E_USAGE", "--cash"),
    "misspelt option": (["ma_crossover", "--stoploss", "3"], 2, "E_USAGE", "--stop-loss"),
    "unknown symbol of a file": (["ma_crossover", "--timeframe", "7x"], 2, "E_TIMEFRAME", "1d"),
    "missing document": (["{folder}/none.json"], 2, "E_", "none.json"),
    "broken document": (["{folder}/broken.json"], 2, "E_", "line 1"),
    "misspelt field": (["{folder}/misspelt.json"], 2, "E_", "decisionBlocks[0].subConfirmations"),
    "missing class": (["{folder}/code.py:Crss"], 2, "E_", "Cross"),
    "code that raises": (["{folder}/code.py:Cross"], 4, "E_", "line 4"),
    "not a number in a price": (["ma_crossover", "--data", "{folder}/nan.csv"], 3, "E_NONFINITE", "3"),
    "missing column": (["ma_crossover", "--data", "{folder}/column.csv"], 3, "E_COLUMN", "close"),
    "a folder": (["ma_crossover", "--data", "{folder}"], 3, "E_FILE", "folder"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_backtest_mistake_gets_one_clear_line_and_writes_nothing(kind, prices, tmp_path, capsys):
    words, code, name, fix = MISTAKES[kind]
    _write_broken_files(tmp_path)
    words = [word.format(folder=tmp_path) for word in words]
    data = [] if "--data" in words else ["--data", str(prices)]
    before = sorted(tmp_path.rglob("*"))
    assert exit_code(["backtest", *words, *data, "--json", "--out", str(tmp_path / "out")]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(name)
    assert fix in captured.err
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    after = [path for path in sorted(tmp_path.rglob("*")) if "__pycache__" not in path.parts]
    assert after == before


def _write_broken_files(folder: Path) -> None:
    (folder / "broken.json").write_text("{'decisionBlocks': []}")
    misspelt = json.loads(json.dumps(GOLD))
    misspelt["decisionBlocks"][0]["subConfirmations"][0]["config"]["operatr"] = ">"
    (folder / "misspelt.json").write_text(json.dumps(misspelt))
    (folder / "code.py").write_text(
        "import tradewright as tw\n"
        "class Cross(tw.Strategy):\n"
        "    def signals(self, bars, p):\n"
        "        return 1 / 0\n"
    )
    row = "2020-01-0{},1,2,0.5,1.5,3\n"
    good = "".join(row.format(day) for day in range(1, 9))
    (folder / "nan.csv").write_text(HEADER + good.replace("02,1,", "02,nan,"))
    (folder / "column.csv").write_text((HEADER + good).replace("close", "klose"))


def test_out_refuses_a_folder_in_use(prices, tmp_path, capsys):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    words = [
        "backtest",
        "momentum",
        "--data",
        str(prices),
        "--param",
        "lookback=10",
        "--out",
        str(tmp_path / "taken"),
    ]
    assert exit_code(words) == 2
    assert capsys.readouterr().err.startswith("E_RUN_EXISTS")
    assert (tmp_path / "taken" / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "code"), [("", "E_RUN_BROKEN"), ("[1]", "E_RUN_BROKEN"), ('{"format": 99}', "E_RUN_FORMAT")]
)
def test_show_broken_run_is_refused(text, code, tmp_path, capsys):
    (tmp_path / "run.json").write_text(text)
    assert exit_code(["show", str(tmp_path)]) == 3
    assert capsys.readouterr().err.startswith(code)


def test_show_missing_run_names_its_neighbours(prices, tmp_path, capsys):
    words = [
        "backtest",
        "momentum",
        "--data",
        str(prices),
        "--param",
        "lookback=10",
        "--out",
        str(tmp_path / "alpha"),
    ]
    assert exit_code(words) == 0
    capsys.readouterr()
    assert exit_code(["show", str(tmp_path / "alpah")]) == 2
    assert "alpha" in capsys.readouterr().err.replace("alpah", "")


@pytest.mark.parametrize("verb", ["strategies", "modules"])
def test_listing_names_everything_and_shows_each(verb, capsys):
    items = run_json(capsys, verb)[verb]
    assert exit_code([verb]) == 0
    page = capsys.readouterr().out
    for item in items:
        assert item["id"] in page
        assert exit_code([verb, item["id"]]) == 0
        assert item["title"] in capsys.readouterr().out
    assert exit_code([verb, items[0]["id"] + "x"]) == 2
    assert items[0]["id"] in capsys.readouterr().err


def test_doctor_finds_this_installation_healthy(capsys):
    report = run_json(capsys, "doctor")
    assert report["healthy"]
    assert "adds up" in report["findings"][-1]["detail"]


def test_console_script_prints_one_object_and_keeps_logs_off_stdout(prices):
    script = Path(sys.executable).with_name("tradewright")
    words = [script, "backtest", "ma_crossover", "--data", prices, "--json", "--param", "slow=30"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["run"]["symbol"] == "SWING"


def test_help_and_import_load_no_heavy_package():
    code = (
        "import sys, tradewright, tradewright.entrypoints.cli.main\n"
        "heavy = {'numba', 'pandas', 'polars', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_backtest_loads_no_web_database_or_learning_package(prices):
    code = (
        "import sys, tradewright as tw\n"
        f"tw.backtest('ma_crossover', {str(prices)!r}, params={{'slow': 30}}).metrics['sharpe']\n"
        "banned = {'fastapi', 'sqlalchemy', 'sklearn', 'lightgbm', 'pandas', 'matplotlib', 'httpx'}\n"
        "banned &= set(sys.modules)\n"
        "sys.exit(f'imported {banned}' if banned else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_report_on_a_narrow_terminal_cuts_no_number(prices, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert exit_code(["backtest", "ma_crossover", "--data", str(prices), *CROSS]) == 0
    page = capsys.readouterr().out.split("\nNext\n")[0]
    assert "…" not in page
    assert max(len(line) for line in page.splitlines()) <= 60


def test_next_steps_go_on_from_what_was_typed(prices, tmp_path, capsys):
    folder = tmp_path / "two words"
    folder.mkdir()
    moved = prices.rename(folder / "SWING 1d.csv")
    words = ["backtest", "ma_crossover", "--data", str(moved), *CROSS, "--stop-loss", "3"]
    assert exit_code(words) == 0
    steps = capsys.readouterr().out.split("\nNext\n")[1]
    keep = next(line for line in steps.splitlines() if "--out" in line)
    assert shlex.split(keep, comments=True)[1:-2] == words
    assert "--stop-loss 5" not in steps


def test_overwrite_replaces_a_run_and_only_a_run(prices, tmp_path, capsys):
    words = ["backtest", "ma_crossover", "--data", str(prices), *CROSS, "--out", str(tmp_path / "kept")]
    assert exit_code(words) == 0
    assert exit_code(words) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert exit_code([*words, "--overwrite"]) == 0


def test_show_refuses_a_run_that_was_changed(prices, tmp_path, capsys):
    folder = tmp_path / "kept"
    assert exit_code(["backtest", "ma_crossover", "--data", str(prices), *CROSS, "--out", str(folder)]) == 0
    run = json.loads((folder / "run.json").read_text())
    run["metrics"]["sharpe"] = 9.9
    (folder / "run.json").write_text(json.dumps(run))
    capsys.readouterr()
    assert exit_code(["show", str(folder)]) == 3
    assert capsys.readouterr().err.startswith("E_RUN_CHANGED")


def test_ruined_account_is_said_first(tmp_path, capsys):
    days = [f"2020-01-{day:02}" for day in range(1, 29)]
    closes = [100 + day for day in range(14)] + [300.0] * 14
    rows = [
        f"{day},{close},{close + 1},{close - 1},{close},5" for day, close in zip(days, closes, strict=True)
    ]
    prices = tmp_path / "rally.csv"
    prices.write_text(HEADER + "\n".join(rows) + "\n")
    document = tmp_path / "short.json"
    entry = {"label": "x", "operand": {"price": "close"}, "config": {"operator": ">", "value": 1}}
    document.write_text(
        json.dumps(
            {
                "marketContext": {"direction": "Short"},
                "decisionBlocks": [{"label": "always", "subConfirmations": [entry]}],
            }
        )
    )
    run = run_json(capsys, "backtest", str(document), "--data", str(prices))
    assert run["metrics"]["final_equity"] <= 0
    ruin = next(warning for warning in run["warnings"] if warning["code"] == "W_RUINED")
    assert "2020-01-15" in ruin["message"]


def test_output_that_cannot_be_written_is_told(prices):
    script = Path(sys.executable).with_name("tradewright")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [script, "strategies"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 5
    assert done.stderr.startswith("E_OUTPUT")


def test_reader_that_stops_early_is_no_error():
    script = Path(sys.executable).with_name("tradewright")
    pipe = f"{shlex.quote(str(script))} modules --json | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == ""


def test_terminal_without_block_characters_still_gets_its_result(prices):
    script = Path(sys.executable).with_name("tradewright")
    done = subprocess.run(
        [script, "backtest", "ma_crossover", "--data", prices, *CROSS],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0
    assert b"Sharpe" in done.stdout


def test_overwrite_keeps_what_no_run_wrote(prices, tmp_path, capsys):
    words = ["backtest", "ma_crossover", "--data", str(prices), *CROSS, "--out", str(tmp_path / "kept")]
    assert exit_code(words) == 0
    (tmp_path / "kept" / "notes.txt").write_text("mine")
    assert exit_code([*words, "--overwrite"]) == 2
    assert "notes.txt" in capsys.readouterr().err
    assert (tmp_path / "kept" / "notes.txt").read_text() == "mine"
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    assert exit_code([*words[:-1], str(tmp_path / "link"), "--overwrite"]) == 2
    assert "is a link" in capsys.readouterr().err


def test_reader_that_stops_early_is_no_error_for_drawn_tables_either():
    script = shlex.quote(str(Path(sys.executable).with_name("tradewright")))
    pipe = f"{script} modules | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
