"""What a Python strategy's canonical form covers, and what it says it does not."""

import sys
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.documents import walking_bars
from tradewright.engine.types import Signals
from tradewright.library.strategies import load_strategy
from tradewright.strategy.prepared import prepare
from tradewright.strategy.python_strategy import Strategy
from tradewright.strategy.user_code.plain_form import NotPlainError, plain_form


class Held(Strategy):
    def __init__(self, value: Any = 20) -> None:
        self.value = value

    def signals(self, bars, p):
        del p
        return Signals(long_entry=bars.close > bars.open)


class OlderHeld:
    __slots__ = ("value",)

    def __init__(self, value: Any = 20) -> None:
        self.value = value

    def generate_signals(self, frame):
        return [0] * len(frame)


class Colour(Enum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True)
class Setting:
    period: int


def factory(period: Any) -> type[Strategy]:
    class Made(Strategy):
        def signals(self, bars, p):
            del p
            return Signals(long_entry=bars.close > period)

    return Made


def defaults(period: Any) -> type[Strategy]:
    class Made(Strategy):
        limit = period

        def signals(self, bars, p, period=period):
            del p
            return Signals(long_entry=bars.close > period)

    return Made


DIFFERENT = [
    20,
    100,
    "20",
    None,
    True,
    0.5,
    float("nan"),
    float("inf"),
    [1, 2],
    [2, 1],
    {"a": 1},
    {"a": 2},
    {1: "a"},
    {"1": "a"},
    {1, 2},
    np.array([1.0, 2.0]),
    np.array([2.0, 1.0]),
    np.array([[1.0], [2.0]]),
    np.array([1, 2]),
    Colour.RED,
    Colour.BLUE,
    Setting(5),
    Setting(6),
    date(2024, 1, 1),
    date(2024, 1, 2),
    walking_bars(3),
    walking_bars(4),
]


@pytest.mark.parametrize("kind", [Held, OlderHeld])
def test_state_that_differs_gives_another_canonical_form(kind):
    prepared = [prepare(kind(value)) for value in DIFFERENT]

    assert len({repr(one.canonical()) for one in prepared}) == len(DIFFERENT)
    assert not any("W_SOURCE" in text for one in prepared for text in one.warnings)


@pytest.mark.parametrize("value", [20, [1, {"a": (2.0,)}], np.arange(5), {3, 2, 1}, np.float64(2)])
def test_state_that_is_equal_gives_one_canonical_form(value):
    again = np.arange(5) if isinstance(value, np.ndarray) else value

    assert prepare(Held(value)).canonical() == prepare(Held(again)).canonical()


@pytest.mark.parametrize("value", [object(), len, lambda: 3, [object()], np.array([object()])])
def test_state_that_is_no_plain_data_is_said(value):
    for kind in (Held, OlderHeld):
        said = [text for text in prepare(kind(value)).warnings if "W_SOURCE" in text]
        assert len(said) == 1
        assert "the fingerprint does not cover attribute 'value'" in said[0]


def test_state_nested_without_end_is_said():
    endless: list[Any] = []
    endless.append(endless)

    assert "attribute 'value' (nested too deeply)" in prepare(Held(endless)).warnings[0]


@pytest.mark.parametrize("make", [factory, defaults])
def test_class_that_closes_over_a_value_is_named_by_it(make):
    slow, fast, again = (prepare(make(n)) for n in (100, 20, 20))

    assert slow.canonical() != fast.canonical()
    assert fast.canonical() == again.canonical()
    assert fast.warnings == ()


def test_class_that_closes_over_what_is_no_plain_data_says_so():
    (said,) = prepare(factory(len)).warnings

    assert "W_SOURCE: the fingerprint does not cover variable 'period' of method 'signals'" in said


def test_class_without_state_or_closure_has_nothing_to_say():
    assert prepare(Held).warnings == ()
    assert "state" not in prepare(Held).canonical()


def test_plain_form_refuses_code():
    with pytest.raises(NotPlainError, match="function"):
        plain_form({"f": [lambda: 1]})


def nested(shared, depth=30):
    """Return a dict that holds the next one twice: as one object, or as two equal ones."""
    if depth == 0:
        return {"end": 1}
    inner = nested(shared, depth - 1)
    return {"left": inner, "right": inner if shared else nested(shared, depth - 1)}


def test_state_that_is_small_only_because_it_is_shared_is_left_out():
    (said,) = prepare(Held(nested(shared=True))).warnings

    assert "W_SOURCE: the fingerprint does not cover attribute 'value' (more than 2,000,000 values)" in said


def test_shared_state_has_the_form_of_equal_state():
    assert plain_form(nested(True, 6)) == plain_form(nested(False, 6))
    assert plain_form({2: "b", 1: "a", 10: "c"}) == plain_form({10: "c", 1: "a", 2: "b"})


def test_class_without_module_is_named_and_its_missing_source_said():
    made = type("Made", (Strategy,), {"signals": Held.signals, "__module__": None})

    prepared = prepare(made)

    assert prepared.canonical()["python"] == ":Made"
    assert ["cannot be read" in text for text in prepared.warnings] == [True]


class Unreadable(Held):
    def __getattribute__(self, name):
        if name == "__dict__":
            raise RuntimeError("not for you")
        return super().__getattribute__(name)


class UnreadableSlot(Strategy):
    __slots__ = ("gone",)

    def signals(self, bars, p):
        del p
        return Signals(long_entry=bars.close > bars.open)

    def __getattr__(self, name):
        raise KeyError(name)


class UnreadableItems(dict):
    def items(self):
        raise RuntimeError("not for you")


@pytest.mark.parametrize(
    ("made", "left_out"),
    [
        (Unreadable, "its attributes (RuntimeError when read)"),
        (UnreadableSlot, "attribute 'gone' (KeyError when read)"),
        (lambda: Held(UnreadableItems()), "attribute 'value' (RuntimeError when read)"),
    ],
)
def test_state_that_raises_when_read_is_left_out(made, left_out):
    (said,) = prepare(made()).warnings

    assert f"W_SOURCE: the fingerprint does not cover {left_out} of" in said


# ------------------------------------------------------------------ files and their neighbours

STRATEGY = """
{imports}
from tradewright.engine.types import Signals
from tradewright.strategy.python_strategy import Strategy

class Up(Strategy):
    def signals(self, bars, p):
        return Signals(long_entry=bars.close > {limit})
"""


def written(folder, limit, imports, files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        place = folder / (f"{name}.py")
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    (folder / "mine.py").write_text(STRATEGY.format(imports=imports, limit=limit), encoding="utf-8")
    return prepare(load_strategy(str(folder / "mine.py")))


@pytest.mark.parametrize(
    ("imports", "limit"),
    [
        ("from near_a import LIMIT", "LIMIT"),
        ("import near_a", "near_a.LIMIT"),
        ("import near_b", "near_b.near_a.LIMIT"),
        ("from near_pack import inner", "inner.LIMIT"),
        ("from near_pack.inner import LIMIT", "LIMIT"),
        ("import near_pack.outer", "near_pack.outer.LIMIT"),
    ],
)
def test_changed_neighbour_is_another_strategy_and_is_what_runs(tmp_path, imports, limit):
    def at(level):
        files = {
            "near_a": f"LIMIT = {level}",
            "near_b": "import near_a",
            "near_pack/__init__": "",
            "near_pack/inner": f"LIMIT = {level}",
            "near_pack/outer": "from .inner import LIMIT",
            "near_unused": f"LIMIT = {level}",
        }
        return written(tmp_path / "strategies", limit, imports, files)

    low, high, again = at(0), at(9), at(0)
    bars = walking_bars(3)

    assert low.canonical() != high.canonical()
    assert low.canonical() == again.canonical()
    assert "near_unused" not in low.canonical()["imports"]
    assert [at(n).signals(bars, 1e-11).long_entry.all() for n in (0, 999_999, 1)] == [True, False, True]


def test_neighbours_of_one_name_in_two_folders_are_told_apart(tmp_path):
    imports = "from near_same import LIMIT"
    low = written(tmp_path / "one", "LIMIT", imports, {"near_same": "LIMIT = 0"})
    high = written(tmp_path / "two", "LIMIT", imports, {"near_same": "LIMIT = 999_999"})
    bars = walking_bars(3)

    assert low.signals(bars, 1e-11).long_entry.all()
    assert not high.signals(bars, 1e-11).long_entry.any()
    assert low.canonical() != high.canonical()
    assert not list(tmp_path.rglob("__pycache__"))


def test_same_files_in_two_folders_are_one_strategy(tmp_path):
    imports = "import near_twin"
    first, second = (
        written(tmp_path / name, "0", imports, {"near_twin": "A = 1"}) for name in ("one", "two")
    )

    assert first.canonical() == second.canonical()


def test_base_class_from_another_file_counts(tmp_path):
    base = STRATEGY.format(imports="", limit="{}")
    text = "from near_base import Up\nclass Mine(Up):\n    pass\n"

    def at(limit):
        folder = tmp_path / "bases"
        folder.mkdir(exist_ok=True)
        (folder / "near_base.py").write_text(base.format(limit), encoding="utf-8")
        (folder / "mine.py").write_text(text, encoding="utf-8")
        return prepare(load_strategy(f"{folder / 'mine.py'}:Mine")).canonical()

    assert at(1) != at(50)


# ------------------------------------------------------------------ typed in, without a file

CELL = """
from tradewright.engine.types import Signals
from tradewright.strategy.python_strategy import Strategy
import numpy as np

LIMIT = {limit}
UNUSED = object()
{more}
class Typed(Strategy):
    def signals(self, bars, p):
        return Signals(long_entry=np.array([close > LIMIT for close in bars.close]){used})
"""


def typed(monkeypatch, limit, more="", used=""):
    module = ModuleType("typed_in_a_cell")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(CELL.format(limit=limit, more=more, used=used), vars(module))  # noqa: S102 - as a notebook does
    return prepare(vars(module)["Typed"])


def test_variables_that_a_typed_class_reads_are_covered(monkeypatch):
    low, high, again = (typed(monkeypatch, limit) for limit in (1, 2, 1))

    assert low.canonical() != high.canonical()
    assert low.canonical() == again.canonical()
    assert ["cannot be read" in text for text in low.warnings] == [True]


def test_functions_that_a_typed_class_calls_are_said(monkeypatch):
    said = typed(monkeypatch, 1, "def some(bars): return bars.close > 0", ", long_exit=some(bars)").warnings

    assert "does not cover variable 'some' (function)" in said[1]
