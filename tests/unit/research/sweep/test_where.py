"""Conditions over parameters: what they keep, what cannot be read, and where it stands."""

import pickle

import numpy as np
import pytest

from tradewright.core.errors import InputError
from tradewright.research.sweep.combinations.kept import count_kept, require_some
from tradewright.research.sweep.space import grid_space
from tradewright.research.sweep.where import Where, read_where

NAMES = ("fast", "slow", "stop_loss", "take_profit", "direction", "sizing.value", "session_end")


def where(text: str | list[str]) -> Where:
    found = read_where(text, NAMES)
    assert found is not None
    return found


def test_no_condition_is_none() -> None:
    assert read_where(None, NAMES) is None
    assert read_where([], NAMES) is None


def test_condition_keeps_rows_and_takes_fixed_values() -> None:
    found = where("fast < slow and stop_loss * 2 <= take_profit")
    kept = found.keep({
        "fast": np.array([5, 50, 5]), "slow": np.array([20, 20, 20]),
        "stop_loss": np.array([1.0, 1.0, 3.0]), "take_profit": 2, "unused": None,
    })  # fmt: skip
    assert kept.tolist() == [True, False, False]
    assert found.names == ("fast", "slow", "stop_loss", "take_profit")


def test_several_conditions_must_all_hold() -> None:
    found = where(["fast < slow", "fast > 5 or slow > 50"])
    kept = found.keep({"fast": np.array([5, 5, 6, 60]), "slow": np.array([20, 51, 20, 20])})
    assert kept.tolist() == [False, True, True, False]


def test_writing_does_not_matter_to_the_text() -> None:
    assert where(" fast<slow ").text == where("fast  <\n slow").text == "fast < slow"


def test_words_none_flags_and_lists_are_compared() -> None:
    values = {
        "direction": np.array(["long", "both", "short"], object),
        "stop_loss": np.array([None, 2.0, 5], object),
        "session_end": np.array([True, False, True]),
    }
    for text, kept in [
        ("direction == 'both'", [False, True, False]),
        ("direction in ('long', 'short')", [True, False, True]),
        ("direction not in ['long']", [False, True, True]),
        ("stop_loss is None or stop_loss < 3", [True, True, False]),
        ("stop_loss is not None", [False, True, True]),
        ("stop_loss != None and not stop_loss < 3", [False, False, True]),
        ("session_end", [True, False, True]),
        ("session_end and stop_loss == 5", [False, False, True]),
        ("not (session_end or stop_loss == 5)", [False, True, False]),
        ("True", [True, True, True]),
    ]:
        assert where(text).keep(values).tolist() == kept, text


def test_dotted_names_are_names() -> None:
    assert where("sizing.value < 1").keep({"sizing.value": np.array([0.5, 1.0])}).tolist() == [True, False]


def test_single_values_make_one_row() -> None:
    assert where("fast < slow").keep({"fast": 5, "slow": 9}).tolist() == [True]


def test_condition_travels_to_other_processes() -> None:
    found = pickle.loads(pickle.dumps(where("fast < slow")))  # noqa: S301 - our own
    assert found.keep({"fast": 5, "slow": 9}).tolist() == [True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fast < slwo", "unknown name 'slwo' at letter 8.*Did you mean 'slow'"),
        ("sizing.valeu < 1", "unknown name 'sizing.valeu'"),
        ("fast < ", "cannot be read"),
        ("", "is empty"),
        ("fast = slow", "cannot be read.*Write '==' for '='"),
        ("fast < slow && fast > 5", "cannot be read.*Write 'and' for '&&'"),
        ("(fast < slow) & (fast > 5)", "is no condition, at letter 1.*'and' for both"),
        ("fast <> slow", "Write '!=' for '<>'"),
        ("fast", None),
        ("fast - slow", "'fast - slow' is no condition"),
        ("5", "'5' is no condition"),
        ("fast < 2 % ", "cannot be read"),
        ("fast ** 2 < slow", r"'fast \*\* 2' has no place in a condition, at letter 1"),
        ("fast < (lambda: 3)()", "has no place in a condition"),
        ("__import__('os').system('true') == 0", "has no place in a condition"),
        ("fast < ''.join(slow)", "has no place"),
        ("fast < slow[0]", r"'slow\[0\]' has no place"),
        ("fast is slow", "only None stands after 'is'"),
        ("fast in slow", "'slow' is no list"),
        ("fast < (5, 6)", "has no place"),
        ("(fast < slow) == (slow > 3)", "has no place"),
        ("fast < 3j", "has no place"),
        ("min(fast) < 3", "min takes two numbers or more"),
        ("abs(fast, slow) < 3", "abs takes one number"),
        ("max(fast, slow, key=abs) < 3", "has no place"),
        ("not " * 60 + "session_end", "nested too deeply"),
        ("(" * 300 + "fast < slow" + ")" * 300, "cannot be read"),
        ("fast < slow and " * 200 + "True", "more than 2,000 letters"),
        ("fast < slow\0", "cannot be read"),
        ("schnell_ä == 'ü' and fasst < 3", "unknown name 'schnell_ä' at letter 1"),
        ("direction == 'üüü' and fasst < 3", "unknown name 'fasst' at letter 24"),
        (["fast < slow", 5], "where is 5"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, said: str | None) -> None:
    if said is None:
        assert where(text)  # a flag, as far as its name can tell
        return
    with pytest.raises(InputError, match=said) as caught:
        where(text)
    assert caught.value.code == "E_WHERE"
    assert caught.value.fix or "nested" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stop_loss < 3", r"None is no number where stop_loss=None.*Write 'stop_loss is None or \.\.\.'"),
        ("direction < 3", "'long' is no number where direction='long'"),
        ("fast / stop_loss > 1", "None is no number"),
        ("fast % (slow - 20) == 0", "divides by zero where fast=5, slow=20"),
        ("fast", "5 is neither true nor false where fast=5"),
        ("fast == 5 and stop_loss == None and abs(stop_loss) > 2", "None is no number"),
    ],
)
def test_row_without_an_answer_is_named(text: str, said: str) -> None:
    values = {
        "fast": np.array([4, 5]) + 1 - np.array([0, 0]), "slow": np.array([20, 21]),
        "stop_loss": np.array([None, 2.0], object), "direction": np.array(["long", "both"]),
    }  # fmt: skip
    with pytest.raises(InputError, match=said):
        where(text).keep(values)


def test_first_combination_that_is_left_is_found_however_late() -> None:
    space = grid_space({"fast": range(1_000), "slow": range(1_000)})
    found = where("fast == 998 and slow == 3")
    assert require_some(space, found.keep, found.text) == 998_003
    assert count_kept(space, where("fast < slow").keep) == 1_000 * 999 // 2


def test_condition_that_excludes_everything_is_refused() -> None:
    space = grid_space({"fast": range(10, 20), "slow": range(5)})
    found = where("fast < slow")
    with pytest.raises(InputError, match=r"fast < slow excludes every one of the 50 combinations") as caught:
        require_some(space, found.keep, found.text)
    assert caught.value.code == "E_WHERE"
