"""What is sent to workers for a strategy: they may stand in another folder."""

import pytest

from tradewright.library.sweeping.source import opened, sendable

CODE = """
import tradewright as tw

class Steady(tw.Strategy):
    def signals(self, bars, p):
        return tw.Signals()
"""


@pytest.mark.parametrize("name", ["mine.py:Steady", "mine.py", " ./mine.py:Steady "])
def test_class_of_a_file_goes_by_its_whole_path(tmp_path, monkeypatch, name):
    (tmp_path / "mine.py").write_text(CODE)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    sent = sendable(name, opened(name))
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert isinstance(sent, str)
    assert opened(sent).__name__ == "Steady"


def test_all_else_goes_as_it_is():
    assert sendable("ma_crossover", opened("ma_crossover")) == opened("ma_crossover")
    assert sendable(int, int) is int
