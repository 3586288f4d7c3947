from pathlib import Path
from textwrap import dedent

import pytest

from tools.recipes.__main__ import differences, rewritten
from tools.recipes.page import agrees, blocks, pages
from tools.recipes.runner import FailedBlockError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def found(tmp_path):
    """Return a function that runs a page, given its text."""

    def run(text: str):
        page = tmp_path / "page.md"
        page.write_text(dedent(text), encoding="utf-8")
        return differences(ROOT, page, tmp_path)

    return run


def test_block_that_prints_what_is_shown_is_no_difference(found):
    assert found("```bash\necho one\n```\n\n```text\none\n```\n") == []


def test_block_that_prints_something_else_is_told(found):
    ((block, printed),) = found("# A\n\n```bash\necho one\n```\n\n```text\ntwo\n```\n")

    assert (block.line, printed) == (3, "one\n")


def test_named_block_is_a_file_for_those_after_it(found):
    page = """
        ```csv prices.csv
        a,b
        ```

        ```bash
        cat prices.csv
        ls examples | grep dip
        ```

        ```text
        a,b
        dip_in_uptrend.json
        ```
    """

    assert found(page) == []


def test_python_blocks_share_names_and_show_the_last_value(found):
    page = """
        ```python
        x = 20
        ```

        ```python
        print("x")
        x + 1
        ```

        ```text
        x
        21
        ```
    """

    assert found(page) == []


@pytest.mark.parametrize("for_a_shell", ["", " | cat"])
def test_command_line_that_fails_stops_the_page_with_what_it_said(found, for_a_shell):
    page = f"```bash\ntradewright strategies \\\n  no_such_thing{for_a_shell}\n```\n"

    with pytest.raises(FailedBlockError, match="E_STRATEGY: unknown strategy 'no_such_thing'"):
        found(page)


@pytest.mark.parametrize("end", ["", " || true"])
def test_command_line_sent_to_nowhere_prints_nothing(found, end):
    page = f"```bash\ntradewright strategies > /dev/null{end}\n```\n```text\nx\n```\n"

    ((_, printed),) = found(page)

    assert printed.strip() == ""


@pytest.mark.parametrize("block", ["```bash\nfalse\necho on\n```\n", "```python\n1 / 0\n```\n"])
def test_block_that_fails_stops_the_page(found, block):
    with pytest.raises(FailedBlockError, match="line 3"):
        found(f"# A\n\n{block}")


def test_block_sees_no_setting_of_the_one_who_runs_it(found, monkeypatch):
    monkeypatch.setenv("TRADEWRIGHT_DEBUG", "1")

    assert found('```bash\necho "${TRADEWRIGHT_DEBUG:-none}"\n```\n```text\nnone\n```\n') == []


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", False),
        ("a\n...", "b\nc", False),
        ("took 1.2 ms", "took 34.5 ms", True),
        ("id 0123456789abcdef", "id fedcba9876543210", True),
        ("run 02f613a7", "run 1b3180bb", True),
        ("cash 10000000", "cash 20000000", False),
        ("0.66", "0.67", False),
        ("a   b ", "a b", True),
    ],
)
def test_agreement_is_of_words_and_numbers_but_what_each_machine_has_otherwise(shown, printed, expected):
    assert agrees(shown, printed) is expected


def test_writing_puts_what_was_printed_where_the_page_shows_all_of_it():
    text = "```bash\necho\n```\n```text\nold\n```\n```bash\necho\n```\n```text\nold\n...\n```\n"
    found = [(block, "new\n") for block in blocks(text)]

    assert rewritten(text, found) == text.replace("text\nold\n```", "text\nnew\n```")


def test_every_recipe_is_among_the_pages():
    recipes = set((ROOT / "docs" / "cookbook").glob("*.md"))

    assert recipes < set(pages(ROOT))
