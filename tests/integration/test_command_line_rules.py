"""Every rule that the command line takes reaches the run, and is said of it."""

import json
import shlex

import tradewright as tw
from tests.commands import prices, run_json
from tradewright.entrypoints.cli.main import exit_code

__all__ = ["prices"]
CROSS = ("--param", "fast=5", "--param", "slow=20")


RULE_WORDS = {
    "--cash 5000": {"cash": 5000},
    "--currency usd": {"currency": "usd"},
    "--fee 0.002": {"fee": 0.002},
    "--maker-fee 0.0005": {"maker_fee": 0.0005},
    "--fee-per-unit 0.01": {"fee_per_unit": 0.01},
    "--fee-per-order 1": {"fee_per_order": 1},
    "--fee-minimum 2": {"fee_minimum": 2},
    "--slippage 0.001": {"slippage": 0.001},
    "--slippage-ticks 0": {"slippage_ticks": 0},
    "--slippage-atr 0.1": {"slippage_atr": 0.1},
    "--impact 0.2": {"impact": 0.2},
    "--half-spread 0.01": {"half_spread": 0.01},
    "--borrow-rate 0.03": {"borrow_rate": 0.03},
    "--leverage 2": {"leverage": 2},
    "--maintenance-margin 0.05": {"maintenance_margin": 0.05},
    "--direction both": {"direction": "both"},
    "--sizing risk:0.02": {"sizing": {"kind": "risk", "value": 0.02}},
    "--size-on decision": {"size_on": "decision"},
    "--pyramiding 2": {"pyramiding": 2},
    "--participation 0.5": {"participation": 0.5},
    "--entry limit:2atr --lifetime 5": {
        "entry": {"kind": "limit", "offset": 2, "unit": "atr", "lifetime": 5}
    },
    "--limit-fill through": {"limit_fill": "through"},
    "--on-conflict oco": {"on_conflict": "oco"},
    "--on-opposite exit": {"on_opposite": "exit"},
    "--stop-loss 1.5ATR": {"stop_loss": {"value": 1.5, "unit": "atr"}},
    "--take-profit 2%:0.5,4%:0.5": {"take_profit": [{"value": 2, "share": 0.5}, {"value": 4, "share": 0.5}]},
    "--trailing chandelier:3": {"trailing": {"value": 3, "unit": "chandelier"}},
    "--break-even 1r": {"break_even": {"after": 1, "unit": "r"}},
    "--time-stop 9": {"time_stop": 9},
    "--session-end": {"session_end": True},
    "--close-at-end": {"close_at_end": True},
    "--intrabar path": {"intrabar": "path"},
    "--tie-tolerance 0": {"tie_tolerance": 0},
}


def holds(found: object, expected: object) -> bool:
    """Say whether what was found has everything that is expected, at any depth."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(holds(found[name], value) for name, value in expected.items())
    if isinstance(expected, list):
        pairs = zip(found, expected, strict=True) if isinstance(found, list) else [(0, 1)]
        return all(holds(*pair) for pair in pairs)
    return found == expected


def test_backtest_every_rule_option_reaches_the_rules(prices, capsys):
    words = shlex.split(" ".join(RULE_WORDS))
    run = run_json(capsys, "backtest", "ma_crossover", "--data", str(prices), *words)
    rules = run["run"]["rules"]
    expected = {name: value for part in RULE_WORDS.values() for name, value in part.items()}
    assert {name for name, value in expected.items() if not holds(rules[name], value)} == set()
    # The one that cannot stand beside a resting entry.
    close = run_json(capsys, "backtest", "ma_crossover", "--data", str(prices), "--fill-on", "close")
    assert close["run"]["rules"]["fill_on"] == "close"
    assert "W_FILL_ON_CLOSE" in {warning["code"] for warning in close["warnings"]}
    assert set(expected) | {"fill_on"} == set(tw.Rules.model_fields)


def test_backtest_rules_in_words_that_cannot_be_read_show_their_forms(prices, capsys):
    code = exit_code(["backtest", "ma_crossover", "--data", str(prices), "--trailing", "3 percents"])
    told = capsys.readouterr().err
    assert code == 2
    assert "chandelier:3" in told
    assert exit_code(["backtest", "ma_crossover", "--data", str(prices), "--lifetime", "5"]) == 2
    assert "--entry" in capsys.readouterr().err


def test_backtest_reads_what_lies_around_the_bars(prices, tmp_path, capsys):
    files = {"funding": "2020-03-01,0.0001", "dividends": "2020-03-01,0.1", "splits": "2020-03-01,1"}
    words = []
    for name, row in files.items():
        (tmp_path / f"{name}.csv").write_text(f"time,value\n{row}\n")
        words += [f"--{name}", str(tmp_path / f"{name}.csv")]
    run = run_json(capsys, "backtest", "ma_crossover", "--data", str(prices), *words, "--venue", "ibkr")
    manifest = tw.open_run("last").manifest
    assert set(manifest["world"]) == set(files)
    assert manifest["venue"]["name"] == "ibkr:stocks@fixed"
    assert run["run"]["rules"]["fee_minimum"] == 1
    assert manifest["series"]["instrument"]["lot"] == 1


def test_run_says_every_rule_and_cost_that_acts(prices, capsys):
    words = [
        "--entry",
        "stop_limit:1%,0.2%",
        "--lifetime",
        "5",
        "--participation",
        "0.1",
        "--fee-minimum",
        "1",
    ]
    assert exit_code(["backtest", "ma_crossover", "--data", str(prices), *CROSS, *words]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for rule in (
        "enters by stop-limit at 1 %",
        "for 5 bars",
        "at most 10 % of a bar's volume",
        "at least 1 an order",
    ):
        assert rule in said


def test_currency_and_hours_of_a_file_are_said_on_the_command_line(prices, capsys):
    words = ["--prices-in", "eur", "--calendar", "XHEL", "--currency", "EUR", "--json"]
    assert exit_code(["backtest", "ma_crossover", "--data", str(prices), *CROSS, *words]) == 0
    run = json.loads(capsys.readouterr().out)
    assert run["run"]["currency"] == "EUR"
    assert "W_CURRENCY_ASSUMED" not in {warning["code"] for warning in run["warnings"]}
