"""What survives the way to another process and back."""

import pickle

import pytest

from tradewright.compute.sending import answer, answered, packed, unpacked
from tradewright.core.errors import DocumentError, EnvironmentFaultError, TradewrightError, UnknownNameError


def failing(error: BaseException) -> None:
    raise error


ERRORS = [
    TradewrightError("E_ONE", "a message.", fix="a fix.", details={"row": 3}, retryable=True),
    UnknownNameError("E_TWO", "module", "rsj", ["rsi"]),
    DocumentError("E_THREE", "entries[0]", "is broken.", fix="mend it.", column="close"),
    KeyError("close"),
    OSError(28, "No space left on device"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ExceptionGroup("two", [ValueError("first"), TypeError("second")]),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_error_comes_back_as_it_was_raised(error: BaseException) -> None:
    data = answer(lambda: failing(error))
    with pytest.raises(type(error)) as raised:
        answered(data)
    found = raised.value
    assert (str(found), repr(found.args)) == (str(error), repr(error.args))
    facts = {name: fact for name, fact in vars(found).items() if name != "__notes__"}
    assert facts == vars(error)
    assert "failing" in found.__notes__[-1]


def test_result_comes_back_equal() -> None:
    assert answered(answer(lambda: {"a": [1.5, None]})) == {"a": [1.5, None]}


def test_bytes_that_name_what_is_not_here_say_so() -> None:
    data = pickle.dumps(failing).replace(b"failing", b"fallen!")
    with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_READ.*fallen!"):
        unpacked(data)


def test_function_without_a_module_is_sent_whole() -> None:
    pytest.importorskip("cloudpickle")
    assert unpacked(packed(lambda number: number + 1, "the work"))(2) == 3
