from pathlib import Path
from textwrap import dedent

import pytest

from tools.references.error_codes import Use, uses
from tools.references.errors import page, silent

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def found(tmp_path):
    """Return a function that scans one file, given its text."""

    def scan(text: str) -> list[Use]:
        (tmp_path / "bars.py").write_text(dedent(text), encoding="utf-8")
        return uses(tmp_path)

    return scan


def test_raised_error_tells_class_message_and_fix(found):
    text = """
        raise DataError("E_ROWS", f"row {row} is broken.", fix="Mend " + "it.", details={"row": row})
    """

    assert found(text) == [Use("E_ROWS", "bars.py", "row ... is broken. Mend it.", "DataError")]


def test_unknown_name_tells_the_kind(found):
    assert found('raise UnknownNameError("E_CALENDAR", "calendar", name, KNOWN)') == [
        Use("E_CALENDAR", "bars.py", "unknown calendar '...'.", "UnknownNameError")
    ]


def test_code_passed_through_a_wrapper_tells_the_class_behind_it(found):
    text = """
        def reject(name, code, what):
            raise DataError(code, f"{name} {what}.")

        reject("open", "E_PRICE", "must be above 0")
    """

    assert found(text) == [Use("E_PRICE", "bars.py", "open must be above 0", "DataError")]


def test_code_kept_in_a_record_tells_the_class_made_from_it(found):
    text = """
        class Issue:
            code: str

        def reject(issue):
            raise DataError(issue.code, issue.problem)

        reject(Issue("E_EMPTY", "the file is empty"))
    """

    assert found(text) == [Use("E_EMPTY", "bars.py", "the file is empty", "DataError")]


def test_message_given_by_name_is_followed_to_its_assignment(found):
    text = """
        def first():
            text = "the other one."
            return Caution("W_OTHER", text)

        def second():
            text = f"{n} gaps."
            return Caution("W_GAP", text)
    """

    assert found(text) == [Use("W_GAP", "bars.py", "... gaps."), Use("W_OTHER", "bars.py", "the other one.")]


def test_table_of_meanings_is_read(found):
    assert found('MEANING = {"W_GAP": "{n} gaps."}') == [Use("W_GAP", "bars.py", "... gaps.")]


def test_code_that_stands_anywhere_is_not_lost(found):
    assert found('notes["W_GAP"] = 1') == [Use("W_GAP", "bars.py")]


def test_text_that_begins_with_its_code_is_a_warning(found):
    text = """
        plain = "W_EMPTY: nothing is selected."
        joined = f"W_SOURCE: the source of {name} " f"cannot be {done()}."
        no_code = "WARNING: not one"
    """

    assert found(text) == [
        Use("W_EMPTY", "bars.py", "nothing is selected."),
        Use("W_SOURCE", "bars.py", "the source of ... cannot be ...."),
    ]


def test_code_in_a_tuple_and_code_by_default_tell_what_is_said(found):
    text = """
        told = ("E_USAGE", error.message() + ".", "See --help.")

        def unknown(self, kind, *, code="E_NAME"):
            self.fail(f"unknown {kind}.", fix=fix, code=code)
    """

    assert found(text) == [
        Use("E_NAME", "bars.py", "unknown ...."),
        Use("E_USAGE", "bars.py", ".... See --help."),
    ]


def test_code_that_says_nothing_is_told(tmp_path):
    room = tmp_path / "src" / "tradewright"
    room.mkdir(parents=True)
    (room / "bars.py").write_text('note("W_MUTE", 3)\nnote("W_TOLD", "in words")\n', encoding="utf-8")

    assert silent(tmp_path) == ["W_MUTE"]
    assert silent(ROOT) == []


def test_page_lists_codes_with_exit_code_and_room(tmp_path):
    room = tmp_path / "src" / "tradewright" / "core"
    room.mkdir(parents=True)
    (room / "bars.py").write_text('raise DataError("E_ROWS", "a | b.")\n', encoding="utf-8")

    text = page(tmp_path)

    assert "| `E_ROWS` | 3 | a \\| b. | `core/bars.py` |" in text
    assert "| 130 | The user stopped the operation. |" in text
