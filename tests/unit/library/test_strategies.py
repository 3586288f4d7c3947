"""A strategy named on a command line: found, or explained."""

import pytest

from tradewright.core.errors import DocumentError, InputError, StrategyCodeError, UnknownNameError
from tradewright.library.strategies import load_strategy
from tradewright.strategy.prepared import prepare

ONE = """
from tradewright.engine.types import Signals
from tradewright.strategy.python_strategy import Strategy

class Up(Strategy):
    def signals(self, bars, p):
        return Signals(long_entry=bars.close > bars.open)
"""
TWO = ONE + "\nclass Older:\n    def generate_signals(self, frame):\n        return [0] * len(frame)\n"


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_builtin_id_gives_its_document():
    assert load_strategy("ma_crossover")["id"] == "ma_crossover"


def test_document_is_read_from_its_file(tmp_path):
    path = written(tmp_path, "mine.json", '\ufeff{"decisionBlocks": []}')

    assert load_strategy(path) == {"decisionBlocks": []}


@pytest.mark.parametrize("suffix", ["", ":Up"])
def test_class_is_read_from_its_file(tmp_path, suffix):
    kind = load_strategy(written(tmp_path, "mine.py", ONE) + suffix)

    assert prepare(kind).id == "up"


def test_file_is_named_without_its_folder_in_the_canonical_form(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    first, second = (prepare(load_strategy(written(f, "mine.py", ONE))).canonical() for f in folders)
    changed = prepare(load_strategy(written(folders[1], "mine.py", ONE + "\n# more\n"))).canonical()

    assert first == second
    assert first["python"] == "mine.py:Up"
    assert changed["source"] != first["source"]


def test_one_of_several_classes_is_named(tmp_path):
    path = written(tmp_path, "mine.py", TWO)

    assert load_strategy(f"{path}:Older").__name__ == "Older"
    with pytest.raises(InputError, match=r"several strategies. Name one: mine.py:Up, mine.py:Older"):
        load_strategy(path)
    with pytest.raises(UnknownNameError, match="Did you mean 'Older'"):
        load_strategy(f"{path}:Odler")


def test_file_without_a_strategy_says_so(tmp_path):
    with pytest.raises(InputError, match="has no strategy class"):
        load_strategy(
            written(tmp_path, "mine.py", "from tradewright.strategy.python_strategy import Strategy")
        )


def test_file_may_import_its_neighbours(tmp_path):
    written(tmp_path, "neighbour_of_mine.py", ONE)
    path = written(
        tmp_path, "mine.py", "import neighbour_of_mine\nclass Mine(neighbour_of_mine.Up):\n    pass\n"
    )

    assert load_strategy(path).__name__ == "Mine"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("x = 1\ny = undefined\n", 2, "NameError: name 'undefined' is not defined"),
        ("def f(:\n", 1, "SyntaxError"),
        ("import no_such_package_here\n", 1, "No module named 'no_such_package_here'"),
    ],
)
def test_file_that_fails_to_import_names_the_line(tmp_path, text, line, says):
    with pytest.raises(StrategyCodeError) as caught:
        load_strategy(written(tmp_path, "mine.py", text))

    assert f"mine.py cannot be imported at line {line}: " in caught.value.message
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1,\n "b": }', "line 2, column 7"),
        ("", "line 1, column 1"),
        ("[1]", "is an object"),
        ('{"exit": {"stopLoss": 1, "stopLoss": 2}}', "'stopLoss' stands twice"),
        ('{"quickTest": NaN}', "NaN is not a number"),
    ],
)
def test_broken_json_says_where(tmp_path, text, says):
    with pytest.raises(DocumentError) as caught:
        load_strategy(written(tmp_path, "mine.json", text))

    assert caught.value.code == "E_JSON"
    assert caught.value.message.startswith("mine.json: ")
    assert says in caught.value.message


@pytest.mark.parametrize("name", ["mine.json", "mine.py", "mine.py:Up"])
def test_missing_file_names_a_similar_one(tmp_path, name):
    suffix = name.split(":")[0].rpartition(".")[2]
    written(tmp_path, f"mines.{suffix}", "{}")

    with pytest.raises(InputError, match=f"there is no file .*Did you mean .*mines.{suffix}") as caught:
        load_strategy(str(tmp_path / name))

    assert caught.value.code == "E_STRATEGY_FILE"


def test_folder_or_other_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"neither .json nor .py"):
        load_strategy(str(tmp_path))
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InputError, match="cannot read"):
        load_strategy(str(tmp_path / "folder.json"))


def test_unknown_id_names_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'momentum'") as caught:
        load_strategy("momentun")

    assert caught.value.code == "E_STRATEGY"


def test_file_that_prints_or_exits_neither_writes_to_stdout_nor_ends_the_process(tmp_path, capsys):
    path = tmp_path / "loud.py"
    path.write_text("print('hello')\nraise SystemExit('bye')\n", encoding="utf-8")

    with pytest.raises(
        StrategyCodeError,
        match=r"loud.py cannot be imported at line 2: SystemExit: it ended .*, with 'bye'\.",
    ):
        load_strategy(str(path))

    assert capsys.readouterr() == ("", "hello\n")


def test_document_with_a_number_of_thousands_of_digits_is_no_document(tmp_path):
    path = written(tmp_path, "long.json", '{"exit": {"stopLoss": ' + "7" * 5000 + "}}")

    with pytest.raises(DocumentError, match=r"E_JSON: long.json: a number has too many digits"):
        load_strategy(str(path))
