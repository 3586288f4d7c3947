"""Finding modules, naming what is wrong, and running one."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tradewright.modules
from tests.contract.module_bars import random_bars
from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.modules import registry

ROOM = Path(tradewright.modules.__file__).parent


def test_module_ids_lists_every_file_once_with_its_folder() -> None:
    files = sorted(path for path in ROOM.glob("*/*.py") if path.name != "__init__.py")
    assert registry.module_ids() == {path.stem: path.parent.name for path in files}
    assert len(registry.module_ids()) == len(files), "two modules share an id"
    assert list(registry.module_ids()) == sorted(registry.module_ids())


def test_module_ids_returned_can_be_changed_without_harm() -> None:
    registry.module_ids().clear()
    assert registry.module_ids()


def test_listing_modules_imports_none_of_them_nor_the_compiler() -> None:
    code = (
        "import sys\n"
        "from tradewright.modules import registry\n"
        "assert registry.category_of('rsi') == 'indicator'\n"
        "print([m for m in sys.modules if m == 'numba' or m.startswith('tradewright.modules.indicator')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("ask", [registry.get, registry.category_of, registry.json_schema])
def test_unknown_module_names_the_nearest(ask) -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown module 'bolinger'.*Did you mean 'bollinger'"
    ) as caught:
        ask("bolinger")
    assert caught.value.code == "E_MODULE"


@pytest.mark.parametrize(
    ("label", "module_id"),
    [
        ("Relative Strength Index", "rsi"),
        ("relative strength index", "rsi"),
        ("RSI", "rsi"),
        ("MSS", "market_structure_shift"),
        ("Market Structure Shift", "market_structure_shift"),
        ("MarketStructureShift", "market_structure_shift"),
        ("Market Structure Shfit", "market_structure_shift"),
        ("Bullish Market Structure Shift", "market_structure_shift"),
        ("Directional Index", "adx"),
        ("Bolinger Band", "bollinger"),
    ],
)
def test_find_by_title_takes_exact_names_then_really_near_ones(label: str, module_id: str) -> None:
    assert registry.find_by_title(label) == module_id


@pytest.mark.parametrize(
    ("label", "candidates"),
    [
        ("Average", {"sma", "ema", "wma", "atr", "adx"}),
        ("Moving Average", {"sma", "ema", "wma", "atr", "adx"}),
        ("Exponential", {"ema"}),
        ("smma", {"sma", "ema", "wma"}),
        ("Swing", {"swing_points"}),
        ("quarterly earnings", set()),
    ],
)
def test_find_by_title_never_guesses_and_like_title_lists_what_may_be_meant(
    label: str, candidates: set[str]
) -> None:
    found = registry.like_title(label)
    assert registry.find_by_title(label) is None
    assert len(set(found)) == len(found)
    assert set(found) <= candidates
    assert bool(found) == bool(candidates)


def test_titles_and_ids_name_one_module_each() -> None:
    for module_id in registry.module_ids():
        assert registry.find_by_title(module_id) == module_id
        assert registry.find_by_title(registry.get(module_id).title) == module_id


def test_compute_takes_a_mapping_or_params_alike() -> None:
    bars = random_bars(60)
    params = registry.parameters("sma", {"period": 5})
    by_params = registry.compute("sma", bars, params)["sma"]
    by_mapping = registry.compute("sma", bars, {"period": 5})["sma"]
    assert np.array_equal(by_params, by_mapping, equal_nan=True)
    assert not np.array_equal(by_params, registry.compute("sma", bars, {})["sma"], equal_nan=True)


def test_compute_validates_the_params_of_another_module() -> None:
    with pytest.raises(UnknownNameError, match="unknown parameter 'deviations' in module 'sma'"):
        registry.compute("sma", random_bars(60), registry.parameters("bollinger", {}))


def test_parameters_with_crossed_lengths_say_which_and_why() -> None:
    with pytest.raises(
        ParameterError, match="parameter 'slow' of module 'macd' is 26: must be above fast, which is 30"
    ):
        registry.parameters("macd", {"fast": 30})
    with pytest.raises(ParameterError, match="'lookback' of module 'sr_zones' is 20: must be above left"):
        registry.parameters("sr_zones", {"left": 10, "right": 10, "lookback": 20})


def test_parameters_read_numbers_from_a_command_line() -> None:
    params = registry.parameters("bollinger", {"period": "30", "deviations": "2.5"})
    assert params.model_dump() == {"period": 30, "deviations": 2.5, "source": "close"}


def test_json_schema_holds_what_a_form_and_a_chart_need() -> None:
    schema = json.loads(json.dumps(registry.json_schema("rsi")))
    assert schema["title"] == "Relative Strength Index"
    assert schema["category"] == "indicator"
    assert schema["warmup"] == 14
    assert schema["params"]["properties"]["period"]["minimum"] == 2
    assert schema["params"]["properties"]["source"]["choices"][:4] == ["open", "high", "low", "close"]
    assert schema["outputs"][0]["mirror"]["centre"] == 50.0
    assert schema["outputs"][0]["levels"] == [30.0, 50.0, 70.0]
    states = registry.json_schema("market_structure_shift")["outputs"][0]
    assert states["states"] == ["none", "bullish", "bearish"]
    assert states["mirror"]["pairs"] == [["bullish", "bearish"]]


def test_unknown_source_column_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no column 'clsoe'.*close") as caught:
        registry.compute("sma", random_bars(60), {"source": "clsoe"})
    assert caught.value.code == "E_FIELD"
