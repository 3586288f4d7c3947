"""What is drawn in a terminal, and what never reaches it."""

import json
import math

import pytest
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tradewright.entrypoints.cli.terminal import complain, flush, out, print_json, say, sparkline, warn


def test_sparkline_runs_from_the_lowest_to_the_highest_block() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8) == "▁▂▃▄▅▆▇█"


def test_sparkline_leaves_out_what_has_no_height() -> None:
    assert sparkline([1, 8, math.inf, math.nan, -math.inf, 1.7e308, -1.7e308], 7) == "▁█"


def test_sparkline_of_nothing_is_empty() -> None:
    assert not sparkline([], 10)
    assert not sparkline([math.nan], 10)


HOSTILE = "x\x1b]0;pwn\x07\x1b[2J\x9b31my\u202ez\x7f"


def test_text_that_would_steer_the_terminal_is_shown_and_not_obeyed(capsys, monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    out().print(Text(HOSTILE, style="bold"))
    table = Table()
    table.add_column(HOSTILE)
    table.add_row(escape(HOSTILE))
    out().print(table)
    said = capsys.readouterr().out
    assert said.startswith("\x1b[1mx]0;pwn[2J31myz\x1b[0m\n")
    assert not {"\x07", "\x9b", "\u202e", "\x7f"} & set(said)
    assert "\x1b]" not in said
    assert "\x1b[2J" not in said


@pytest.mark.parametrize("tell", [say, warn, lambda text: complain("E_RUN", text, text)])
def test_what_is_said_beside_the_result_is_shown_and_not_obeyed(tell, capsys, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    tell(HOSTILE)
    said = capsys.readouterr().err
    assert "x]0;pwn[2J31myz" in said
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(said)


def test_json_spells_what_would_steer_the_terminal_and_means_the_same(capsys) -> None:
    print_json({"title": HOSTILE, "price": "12 €"})
    said = capsys.readouterr().out
    assert json.loads(said) == {"title": HOSTILE, "price": "12 €"}
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\x7f"} & set(said)
    assert "12 €" in said


def test_nothing_is_printed_where_stdout_was_closed(monkeypatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    print_json({})
    out().print("x")
    flush()


def test_what_is_said_breaks_no_line_and_reads_no_markup(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    say("store it with: tradewright import '[bold]prices.csv' --timezone America/New_York")
    assert capsys.readouterr().err.count("\n") == 1
    say("[bold]")
    assert "[bold]" in capsys.readouterr().err


def test_names_between_colons_are_no_pictures(capsys: pytest.CaptureFixture[str]) -> None:
    """``store:CAT:1d`` is a series, and must come out as it can be pasted back."""
    out().print("store:CAT:1d")
    complain("E_SERIES", "no series 'store:X:1d'.", "Did you mean store:KEY:1d?")
    said = capsys.readouterr()
    assert said.out.strip() == "store:CAT:1d"
    assert "store:X:1d" in said.err
    assert "store:KEY:1d" in said.err
