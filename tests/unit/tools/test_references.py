import inspect
from pathlib import Path
from textwrap import dedent

import pytest

import tradewright as tw
from tools.references import python_names, settings
from tools.references.__main__ import stale, wanted
from tools.references.command_line import commands
from tools.references.docstrings import markdown
from tools.references.markdown import cell, code, prose, table
from tradewright.entrypoints.cli.examples import ENDINGS, EXAMPLES

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src" / "tradewright"


def test_pages_made_from_the_source_are_current():
    assert stale(ROOT) == [], "run `make docs`"


def test_page_that_is_not_there_or_says_something_else_is_stale(tmp_path):
    pages = wanted(ROOT)
    for path, text in pages.items():
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    (tmp_path / "docs/reference/metrics.md").unlink()
    (tmp_path / "docs/reference/settings.md").write_text("old", encoding="utf-8")

    found = {path.name for path in stale(tmp_path)}

    assert {"metrics.md", "settings.md"} <= found
    assert "modules.md" not in found


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_command_says_what_it_and_each_option_does_and_has_an_example(name, command):
    assert command.help
    assert [one.name for one in command.params if not one.help] == []
    assert EXAMPLES.get(name), "add one to entrypoints/cli/examples.py"
    assert all(line.startswith(f"tradewright {name}") for line in EXAMPLES[name])
    assert len(EXAMPLES[name][0]) < 76, "the first stands in --help, where a line has no more room"


def test_endings_are_of_commands():
    assert set(ENDINGS) <= {name for name, _ in commands()}


def test_public_names_say_what_they_are():
    mute = [name for name in tw.__all__ if not inspect.getdoc(getattr(tw, name))]

    assert mute == []


def test_environment_is_read_by_declared_names_only():
    assert list(settings.undeclared(PACKAGE)) == []


@pytest.mark.parametrize(
    "line",
    ['os.environ.get("SECRET", "")', 'os.environ["SECRET"]', 'os.getenv("SECRET")', "os.environ.get(SECRET)"],
)
def test_environment_read_by_another_name_is_told(tmp_path, line):
    (tmp_path / "defaults.py").write_text(f"import os\nvalue = {line}\n", encoding="utf-8")

    assert list(settings.undeclared(tmp_path)) == ["defaults.py: SECRET"]


def test_declared_settings_of_our_own_are_read():
    text = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))

    assert [one.name for one in settings.SETTINGS if one.name.startswith("TRADEWRIGHT_")] != []
    for one in settings.SETTINGS:
        if one.name.startswith("TRADEWRIGHT_"):
            assert f'environ.get("{one.name}"' in text


def test_docstring_sections_become_lists_and_examples_code():
    text = dedent(
        """\
        Read a file.

        See :func:`tradewright.load`.

        Parameters
        ----------
        path
            Where it is; ``None`` for
            nowhere.
        start, end
            Both included.

        Returns
        -------
        Bars

        Examples
        --------
        >>> load("a.csv")
        Bars(...)
        """
    )

    assert markdown(text, {"load": "#load"}) == dedent(
        """\
        Read a file.

        See [`load`](#load).

        Parameters:

        - `path`: Where it is; `None` for nowhere.
        - `start`, `end`: Both included.

        Returns:

        - Bars

        ```python
        load("a.csv")
        ```"""
    )


def test_signature_is_written_as_in_the_source():
    assert python_names.signature(tw.warm) == "() -> int"
    assert python_names.signature(tw.sample_symbols) == "() -> tuple[str, ...]"
    assert "\n    *,\n    params: Mapping[str, Any] | None = None,\n" in python_names.signature(tw.backtest)
    assert "self" not in python_names.signature(tw.Bars)


def test_rules_cited_in_docstrings_lead_to_the_contract():
    assert prose("Holds (engine.md 2.3).") == "Holds ([rule 2.3](../concepts/engine.md))."


def test_table_keeps_to_its_columns():
    assert table(("a", "b"), [(code("x | y"), cell("2 * 3\n| 4"))]) == (
        "| a | b |\n|---|---|\n| `x \\| y` | 2 \\* 3 \\| 4 |\n"
    )
