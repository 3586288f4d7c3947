"""The promises that every module keeps. A module without golden values or an oracle fails here."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from pydantic import ValidationError

from tests.contract.module_bars import bars_of, poisoned, random_bars, stock_bars
from tests.contract.module_oracles import ORACLES
from tradewright import kernels
from tradewright.core.bars import Bars
from tradewright.core.errors import ParameterError, UnknownNameError
from tradewright.modules import registry
from tradewright.modules.module import ModuleParams, Output, Outputs

GOLDEN = Path(__file__).parent.parent / "golden" / "modules"
IDS = list(registry.module_ids())
CASES = [(module_id, form) for module_id in IDS for form in ("default", "short", "lowest")]
each_module = pytest.mark.parametrize("module_id", IDS)
each_case = pytest.mark.parametrize(("module_id", "form"), CASES, ids=str)


def fields_of(module_id: str) -> dict[str, dict[str, Any]]:
    return registry.json_schema(module_id)["params"]["properties"]


def numbers_of(module_id: str) -> dict[str, dict[str, Any]]:
    return {k: v for k, v in fields_of(module_id).items() if v["type"] in ("integer", "number")}


def parameters(module_id: str, form: str) -> ModuleParams:
    """The defaults; about a quarter of every length, no two neighbours alike; or every lower bound."""
    values = {}
    for position, (name, field) in enumerate(numbers_of(module_id).items()):
        if form == "short" and field["type"] == "integer":
            values[name] = max(field["minimum"], field["default"] // 4) + position % 2
        elif form == "lowest" and "minimum" in field:
            values[name] = field["minimum"]
    return registry.parameters(module_id, values)


def same(left: Outputs, right: Outputs, stop: int | None = None) -> bool:
    return left.keys() == right.keys() and all(
        np.array_equal(left[k][:stop], right[k][:stop], equal_nan=True) for k in left
    )


# --------------------------------------------------------------------------- declaration


@each_module
def test_schema_fields_describe_themselves(module_id: str) -> None:
    for name, field in fields_of(module_id).items():
        assert field["title"], name
        assert field["description"].endswith("."), name
        assert "default" in field, name
    for name, field in numbers_of(module_id).items():
        low, high, step = field["sweep"]
        assert low < high, name
        assert step > 0, name
        assert field.get("minimum", field.get("exclusiveMinimum")) <= low, name
        assert high <= field["maximum"], name
    json.dumps(registry.json_schema(module_id))


@each_module
def test_outputs_are_distinct_and_mirror_onto_each_other(module_id: str) -> None:
    outputs = {output.id: output for output in registry.get(module_id).outputs}
    assert len(outputs) == len(registry.get(module_id).outputs)
    for output in outputs.values():
        assert output.title
        assert (output.mirror.kind == "states") == bool(output.states)
        assert {name for pair in output.mirror.pairs for name in pair} <= set(output.states)
        assert (output.mirror.kind in {"swap", "exchange"}) == bool(output.mirror.other)
        if output.mirror.other:
            assert outputs[output.mirror.other].mirror.other == output.id


@each_module
def test_docstring_states_formula_and_source(module_id: str) -> None:
    text = registry.json_schema(module_id)["description"]
    assert "\nSource: " in text
    assert len(text.splitlines()) >= 5


@each_module
def test_parameter_out_of_bounds_is_rejected_by_name(module_id: str) -> None:
    tried = 0
    for name, field in numbers_of(module_id).items():
        below = field["minimum"] - 1 if "minimum" in field else field["exclusiveMinimum"]
        for value in (below, field["maximum"] + 1, "many", float("nan"), None):
            with pytest.raises(ParameterError, match=f"'{name}' of module '{module_id}'") as caught:
                registry.parameters(module_id, {name: value})
            assert caught.value.code == "E_PARAMETER"
            tried += 1
    assert tried


@each_module
def test_parameter_unknown_is_named_with_the_nearest(module_id: str) -> None:
    name = next(iter(fields_of(module_id)))
    with pytest.raises(UnknownNameError, match=f"'{name}x'.*'{module_id}'.*Did you mean '{name}'"):
        registry.parameters(module_id, {f"{name}x": 5})


@each_module
def test_parameters_are_frozen(module_id: str) -> None:
    params = parameters(module_id, "default")
    with pytest.raises(ValidationError, match="frozen"):
        setattr(params, next(iter(fields_of(module_id))), 3)


# --------------------------------------------------------------------------- form of the result


@each_case
def test_columns_have_length_dtype_and_memory_of_their_own(module_id: str, form: str) -> None:
    bars = random_bars(240)
    before = dict(bars.columns)
    copies = {name: column.copy() for name, column in before.items()}
    result = registry.compute(module_id, bars, parameters(module_id, form))
    assert list(result) == [output.id for output in registry.get(module_id).outputs]
    for name, column in result.items():
        assert column.dtype == np.float64, name
        assert column.shape == (240,), name
        assert not isinstance(column.base, np.ndarray), f"{name} is a view"
        assert column.flags.writeable, name
        others = [*before.values(), *(other for key, other in result.items() if key != name)]
        assert not any(np.shares_memory(column, other) for other in others), name
    for name, copy in copies.items():
        assert np.array_equal(bars.columns[name], copy), name


@each_case
def test_nan_stands_exactly_over_the_warmup(module_id: str, form: str) -> None:
    module, params = registry.get(module_id), parameters(module_id, form)
    warmup = module.warmup(params)
    for n in sorted({0, 1, 2, warmup, warmup + 1, warmup + 40}):
        result = registry.compute(module_id, random_bars(n), params)
        for output in module.outputs:
            unknown = np.isnan(result[output.id])
            assert unknown[:warmup].all(), (output.id, n)
            if not module.sparse or output.states:
                assert not unknown[warmup:].any(), (output.id, n)


@each_case
def test_sparse_outputs_do_speak(module_id: str, form: str) -> None:
    result = registry.compute(module_id, random_bars(700), parameters(module_id, form))
    for name, column in result.items():
        assert np.isfinite(column[-200:]).any(), name


@each_module
def test_states_hold_indices_of_their_names(module_id: str) -> None:
    result = registry.compute(module_id, random_bars(400), parameters(module_id, "short"))
    for output in registry.get(module_id).outputs:
        if output.states:
            values = result[output.id]
            assert set(values[~np.isnan(values)]) == set(range(len(output.states))), output.id


# --------------------------------------------------------------------------- causality, determinism


@pytest.mark.parametrize("data", ["random", "real"])
@each_case
def test_prefix_replay_is_bit_equal_at_every_bar(module_id: str, form: str, data: str) -> None:
    bars = random_bars(160) if data == "random" else stock_bars("AAPL", 1_000, 160)
    params = parameters(module_id, form)
    whole = registry.compute(module_id, bars, params)
    for n in range(len(bars)):
        assert same(
            registry.compute(module_id, bars.slice(0, n), params), {k: v[:n] for k, v in whole.items()}
        ), n


@each_case
def test_future_poisoned_changes_nothing_before(module_id: str, form: str) -> None:
    bars, params = random_bars(160), parameters(module_id, form)
    whole = registry.compute(module_id, bars, params)
    changed_later = False
    for last in range(3, 159, 4):
        other = registry.compute(module_id, poisoned(bars, last), params)
        assert same(whole, other, last + 1), last
        changed_later |= not same(whole, other)
    assert changed_later


@each_case
def test_same_input_gives_the_same_bits_from_any_thread(module_id: str, form: str) -> None:
    bars, params = stock_bars("MSFT", 500, 400), parameters(module_id, form)
    first = registry.compute(module_id, bars, params)
    with ThreadPoolExecutor(4) as threads:
        for again in threads.map(lambda _: registry.compute(module_id, bars, params), range(8)):
            assert same(first, again)


@each_case
def test_compiled_equals_interpreted(module_id: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bars, params = random_bars(200), parameters(module_id, form)
    compiled = registry.compute(module_id, bars, params)
    assert interpret_everything(module_id, monkeypatch)
    assert same(compiled, registry.compute(module_id, bars, params))


def interpret_everything(module_id: str, monkeypatch: pytest.MonkeyPatch) -> int:
    names = [f"tradewright.kernels.{found.name}" for found in iter_modules(kernels.__path__)]
    names.append(f"tradewright.modules.{registry.category_of(module_id)}.{module_id}")
    swapped = 0
    for room in map(import_module, names):
        for name, member in list(vars(room).items()):
            if hasattr(member, "py_func"):
                monkeypatch.setattr(room, name, kernels.interpreted(member))
                swapped += 1
    return swapped


@each_case
def test_without_recursion_history_before_the_window_does_not_matter(module_id: str, form: str) -> None:
    module, params = registry.get(module_id), parameters(module_id, form)
    if module.recursive or module.sparse:
        return
    bars = stock_bars("IBM", 0, 300)
    whole = registry.compute(module_id, bars, params)
    late = registry.compute(module_id, bars.slice(101, 300), params)
    for name, column in late.items():
        kept = column[module.warmup(params) :]
        np.testing.assert_allclose(kept, whole[name][300 - kept.size :], rtol=1e-9, atol=1e-9)


# --------------------------------------------------------------------------- values


@pytest.mark.parametrize("form", ["default", "short"])
@pytest.mark.parametrize("data", ["random", "real"])
@each_module
def test_values_equal_the_independent_oracle(module_id: str, form: str, data: str) -> None:
    assert module_id in ORACLES, f"{module_id} needs an oracle in tests/contract/module_oracles.py"
    bars = random_bars(600) if data == "random" else stock_bars("GOOG", 0, 600)
    params = parameters(module_id, form)
    ours = registry.compute(module_id, bars, params)
    theirs = ORACLES[module_id](bars, **params.model_dump())
    assert ours.keys() == theirs.keys()
    for name, column in ours.items():
        np.testing.assert_allclose(column, theirs[name], rtol=1e-9, atol=1e-9, err_msg=name)


@each_module
def test_values_equal_the_golden_ones(module_id: str) -> None:
    path = GOLDEN / f"{module_id}.json"
    assert path.exists(), f"{module_id} needs golden values in tests/golden/modules"
    golden = json.loads(path.read_text())
    assert golden["provenance"]
    assert golden["cases"]
    for case in golden["cases"]:
        ours = registry.compute(module_id, bars_of(case["bars"]), case["params"])
        assert ours.keys() == case["expected"].keys()
        for name, values in case["expected"].items():
            wanted = np.array(values, dtype=np.float64)
            message = f"{case['name']}: {name}"
            np.testing.assert_allclose(ours[name], wanted, rtol=0, atol=case["tolerance"], err_msg=message)


def test_golden_values_belong_to_modules() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(IDS) == set(ORACLES)


@each_module
def test_mirror_is_what_the_market_upside_down_shows(module_id: str) -> None:
    params = parameters(module_id, "short")
    if module_id == "sr_zones":  # zones of some height are measured in percent from their lowest swing
        params = params.model_copy(update={"tolerance": 0.0, "touches": 1})
    bars = random_bars(400)
    pivot = 1_024.0
    turned = {name: pivot - bars.columns[name] for name in ("open", "close")}
    turned |= {"high": pivot - bars.low, "low": pivot - bars.high, "volume": bars.volume}
    upright = registry.compute(module_id, bars, params)
    upside_down = registry.compute(module_id, bars_of(turned), params)
    for output in registry.get(module_id).outputs:
        wanted = read_from_the_other_side(output, upright, pivot)
        seen = upside_down[output.id]
        if module_id == "roc":  # percent of another base: only the sign is the same
            wanted, seen = np.sign(wanted), np.sign(seen)
        np.testing.assert_allclose(seen, wanted, rtol=1e-9, atol=1e-9, err_msg=output.id)


def read_from_the_other_side(output: Output, upright: Outputs, pivot: float) -> npt.NDArray[np.float64]:
    mirror, own = output.mirror, upright[output.id]
    if mirror.kind == "states":
        names = {a: b for pair in mirror.pairs for a, b in (pair, pair[::-1])}
        opposite = [float(output.states.index(names.get(name, name))) for name in output.states]
        return np.array([math.nan if math.isnan(value) else opposite[int(value)] for value in own])
    return {
        "none": lambda: own,
        "negate": lambda: 2 * mirror.centre - own,
        "price": lambda: pivot - own,
        "swap": lambda: pivot - upright[mirror.other],
        "exchange": lambda: upright[mirror.other],
    }[mirror.kind]()


@each_module
def test_unit_of_money_changes_the_scale_of_prices_and_nothing_else(module_id: str) -> None:
    params = parameters(module_id, "short")
    cents, dollars = random_bars(400), random_bars(400, scale=1.0)  # whole numbers, and rounded hundredths
    small = registry.compute(module_id, dollars, params)
    for name, column in registry.compute(module_id, cents, params).items():
        same_number = np.allclose(small[name], column, rtol=1e-9, atol=1e-9, equal_nan=True)
        same_price = np.allclose(small[name], column / 100, rtol=1e-9, atol=1e-9, equal_nan=True)
        assert same_number or same_price, name


# --------------------------------------------------------------------------- degenerate input


def degenerate(kind: str) -> Bars:
    flat, n = np.full(90, 0.1), 90
    if kind == "flat":
        return bars_of({"close": flat, "volume": np.zeros(n)})
    if kind == "tiny":
        return random_bars(n, scale=1e-9)
    if kind == "huge":
        return random_bars(n, scale=1e12)
    if kind == "jump":
        return bars_of({"close": np.where(np.arange(n) < 45, 1e-6, 1e6)})
    assert kind == "stairs"
    return bars_of({"close": np.repeat(np.arange(1.0, 10.0), 10)})


@pytest.mark.parametrize("kind", ["flat", "tiny", "huge", "jump", "stairs"])
@each_case
def test_degenerate_bars_give_numbers_or_unknown_never_infinity(
    module_id: str, form: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bars, params = degenerate(kind), parameters(module_id, form)
    result = registry.compute(module_id, bars, params)
    assert not any(np.isinf(column).any() for column in result.values())
    interpret_everything(module_id, monkeypatch)  # numpy scalars warn about what compiled code hides
    assert same(result, registry.compute(module_id, bars, params))


@pytest.mark.parametrize("module_id", [m for m in IDS if "source" in fields_of(m)])
def test_leading_nan_in_the_source_delays_the_values(module_id: str) -> None:
    bars = random_bars(200)
    late = np.where(np.arange(200) < 37, np.nan, bars.close)
    holed = Bars(bars.time, {**bars.columns, "late": late}, timeframe="1d", instrument="TEST")
    params = parameters(module_id, "short")
    ours = registry.compute(module_id, holed, params.model_copy(update={"source": "late"}))
    alone = registry.compute(module_id, bars.slice(37, 200), params)
    for name, column in ours.items():
        assert np.isnan(column[:37]).all()
        np.testing.assert_allclose(column[37:], alone[name], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("module_id", [m for m in IDS if "source" in fields_of(m)])
def test_hole_in_the_source_is_unknown_until_the_warmup_has_passed_again(module_id: str) -> None:
    bars, hole = random_bars(200), 120
    gap = np.where(np.arange(200) == hole, np.nan, bars.close)
    holed = Bars(bars.time, {**bars.columns, "gap": gap}, timeframe="1d", instrument="TEST")
    params = parameters(module_id, "short").model_copy(update={"source": "gap"})
    warmup = registry.get(module_id).warmup(params)
    for column in registry.compute(module_id, holed, params).values():
        assert np.isfinite(column[warmup:hole]).all()
        assert np.isnan(column[hole])
        assert np.isfinite(column[hole + warmup + 1 :]).all()
