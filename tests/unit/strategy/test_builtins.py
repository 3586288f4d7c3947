"""The built-in strategies on real data: they trade, on either side, and never look ahead."""

import numpy as np
import pytest

from tests.documents import real_bars
from tradewright.core.errors import UnknownNameError
from tradewright.engine.rules import Rules
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.strategy.catalog import builtin_document, builtin_ids, card
from tradewright.strategy.prepared import prepare

DECISIONS = ("long_entry", "long_exit", "short_entry", "short_exit")


def decisions(prepared, bars):
    signals = prepared.signals(bars, TIE_TOLERANCE)
    found = {name: getattr(signals, name) for name in DECISIONS}
    return {name: flags for name, flags in found.items() if flags is not None}


def test_library_holds_the_promised_strategies():
    assert set(builtin_ids()) >= {
        "ma_crossover",
        "rsi_reversal",
        "bollinger_reversion",
        "momentum",
        "mean_reversion",
        "support_resistance",
        "breakout_scalping",
    }


@pytest.mark.parametrize("name", builtin_ids())
def test_card_is_complete_and_matches_the_file(name):
    shown = card(name).to_dict()

    assert shown["id"] == name == prepare(name).id
    assert all(
        shown[key] for key in ("title", "description", "origin", "made_for", "weaknesses", "parameters")
    )
    for parameter in shown["parameters"]:
        assert parameter["title"]
        assert parameter["description"]
        low, high, step = parameter["sweep"]
        assert parameter["min"] <= low < high <= parameter["max"]
        assert 0 < step <= high - low


@pytest.mark.parametrize("name", builtin_ids())
def test_builtin_decides_on_both_sides(name):
    prepared = prepare(name, direction="both")
    found = decisions(prepared, real_bars())

    assert set(found) == set(DECISIONS)
    assert all(flags.dtype == np.bool_ and flags.size == len(real_bars()) for flags in found.values())
    assert all(flags.sum() >= 10 for flags in found.values())
    Rules(**prepared.rules())


@pytest.mark.parametrize("name", builtin_ids())
def test_builtin_for_one_side_decides_as_for_both(name):
    both = decisions(prepare(name, direction="both"), real_bars())

    for side in ("long", "short"):
        alone = decisions(prepare(name, direction=side), real_bars())
        assert set(alone) == {f"{side}_entry", f"{side}_exit"}
        assert all(np.array_equal(alone[key], both[key]) for key in alone)


@pytest.mark.parametrize("name", builtin_ids())
def test_builtin_on_a_prefix_decides_what_it_decides_on_all_bars(name):
    bars = real_bars(last=900)
    prepared = prepare(name, direction="both")
    whole = decisions(prepared, bars)

    for k in (1, 2, 19, 20, 21, 60, 333, 334, 335, 600, 899):
        part = decisions(prepared, bars.slice(0, k))
        assert all(np.array_equal(part[key], whole[key][:k]) for key in whole), k


@pytest.mark.parametrize("name", builtin_ids())
def test_builtin_never_enters_within_its_warmup(name):
    prepared = prepare(name, direction="both")
    warmup = prepared.warmup(real_bars())
    found = decisions(prepared, real_bars())

    assert 0 < warmup < 200
    assert not found["long_entry"][:warmup].any()
    assert not found["short_entry"][:warmup].any()


@pytest.mark.parametrize("name", builtin_ids())
def test_builtin_document_has_one_canonical_form(name):
    prepared = prepare(name)

    assert prepare(prepared.canonical()).canonical() == prepared.canonical()
    assert prepare(builtin_document(name)).canonical() == prepared.canonical()


def test_ma_crossover_is_the_cross_of_two_plain_means():
    bars = real_bars(last=400)
    means = {n: np.convolve(bars.close, np.ones(n) / n, "valid") for n in (5, 30)}
    gap = means[5][25:] - means[30]  # both begin at bar 29
    crossed = np.flatnonzero((gap[:-1] <= 0) & (gap[1:] > 0)) + 30

    found = decisions(prepare("ma_crossover", {"fast": "5", "slow": "30"}), bars)

    assert np.flatnonzero(found["long_entry"]).tolist() == crossed.tolist()


def test_unknown_builtin_names_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'ma_crosover'. Did you mean 'ma_crossover'") as caught:
        prepare("ma_crosover")

    assert caught.value.code == "E_STRATEGY"
