"""Whether a run came to the same, in a verdict that says why not."""

import json
from dataclasses import replace

import numpy as np
import pytest

import tradewright as tw
from tradewright.library.runs.comparing import evidence_of
from tradewright.library.warming import synthetic_bars
from tradewright.research.reproduce import reproduction_of


@pytest.fixture(scope="module")
def evidence():
    return evidence_of(tw.backtest("momentum", synthetic_bars(600), params={"lookback": 10}), "kept")


def test_the_same_is_the_same(evidence):
    found = reproduction_of(evidence, evidence)
    assert found.same
    assert found.same_trades
    assert found.equity_gap == 0
    assert found.verdict == "the same result, to the bit."


def test_last_digit_of_equity_is_no_other_trade(evidence):
    equity = evidence.equity["equity"].copy()
    equity[-1] = np.nextafter(equity[-1], np.inf)
    now = replace(
        evidence, facts=evidence.facts | {"result_hash": "0"}, equity=evidence.equity | {"equity": equity}
    )
    found = reproduction_of(evidence, now)
    assert not found.same
    assert found.same_trades
    assert "as another processor may round" in found.verdict


def test_metric_beyond_the_tolerance_is_another_result(evidence):
    close = evidence.metrics | {"sharpe": evidence.metrics["sharpe"] * (1 + 1e-12)}
    assert reproduction_of(evidence, replace(evidence, metrics=close)).same
    other = evidence.metrics | {"sharpe": evidence.metrics["sharpe"] + 0.01, "sqn": None}
    found = reproduction_of(evidence, replace(evidence, metrics=other))
    assert not found.same
    assert set(found.metrics) == {"sharpe", "sqn"}


def test_metric_that_one_version_does_not_have_is_no_difference(evidence):
    fewer = {name: value for name, value in evidence.metrics.items() if name != "sqn"}
    assert reproduction_of(evidence, replace(evidence, metrics=fewer)).same
    assert reproduction_of(replace(evidence, metrics=fewer), evidence).same


def test_first_trade_that_differs_is_shown_from_both_sides(evidence):
    prices = evidence.trades["exit_price"].copy()
    prices[3] += 1
    now = replace(
        evidence, facts=evidence.facts | {"result_hash": "0"}, trades=evidence.trades | {"exit_price": prices}
    )
    found = reproduction_of(evidence, now)
    index, kept, seen = found.trade
    assert index == 3
    assert seen["exit_price"] - kept["exit_price"] == pytest.approx(1)
    assert found.verdict == "another result, although nothing was asked differently."
    json.dumps(found.to_dict(), allow_nan=False)
    assert repr(found).startswith(f"Reproduction({found.kept[:12]}")


def test_trades_that_are_missing_now_are_none(evidence):
    fewer = {name: column[:2] for name, column in evidence.trades.items()}
    index, kept, seen = reproduction_of(evidence, replace(evidence, trades=fewer)).trade
    assert (index, seen) == (2, None)
    assert kept is not None


def test_verdict_names_few_of_many_reasons(evidence):
    rules = dict.fromkeys(evidence.manifest["rules"], None)
    now = replace(
        evidence,
        facts=evidence.facts | {"result_hash": "0"},
        manifest=evidence.manifest | {"rules": rules, "tradewright": "9"},
    )
    verdict = reproduction_of(evidence, now).verdict
    assert verdict.startswith("another result: rule direction long then, none now; ")
    assert verdict.endswith("more differences.")


def test_frame_holds_the_metrics_that_differ(evidence):
    found = reproduction_of(evidence, replace(evidence, metrics=evidence.metrics | {"sharpe": 9.0}))
    assert found.to_pandas().loc["sharpe"].tolist() == [evidence.metrics["sharpe"], 9.0]


def test_verdict_counts_one_more_as_one(evidence):
    verdicts = []
    for count in range(1, 6):
        changed = dict.fromkeys(list(evidence.manifest["rules"])[:count], "x")
        manifest = evidence.manifest | {"rules": evidence.manifest["rules"] | changed}
        now = replace(evidence, facts=evidence.facts | {"result_hash": "0"}, manifest=manifest)
        verdicts.append(reproduction_of(evidence, now).verdict)
    assert sum(verdict.endswith("and 1 more difference.") for verdict in verdicts) == 1
    assert not any("1 more differences" in verdict for verdict in verdicts)


@pytest.mark.parametrize("table", ["fills", "trades", "equity"])
def test_table_that_is_not_what_the_result_hash_says_is_named(evidence, table):
    columns = getattr(evidence, table)
    name = {"fills": "price", "trades": "pnl", "equity": "drawdown"}[table]
    other = columns | {name: columns[name] + 0.5}
    found = reproduction_of(replace(evidence, **{table: other}), evidence)
    assert (found.same, found.same_hash, found.tables) == (False, True, (table,))
    assert found.verdict.endswith(f"is not what it gives: {table}.")
    assert found.to_dict()["tables"] == [table]


def test_notebook_shows_the_verdict_and_what_differs(evidence):
    assert "<table" not in reproduction_of(evidence, evidence)._repr_html_()
    other = replace(evidence, metrics=evidence.metrics | {"sharpe": 9.0})
    page = reproduction_of(evidence, other, notes=("<b>x</b> has changed",))._repr_html_()
    assert ">9.0</td>" in page
    assert "&lt;b&gt;x&lt;/b&gt; has changed" in page
    fewer = {name: column[:2] for name, column in evidence.trades.items()}
    assert "trade 3" in reproduction_of(evidence, replace(evidence, trades=fewer))._repr_html_()
