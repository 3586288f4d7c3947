"""Getting started and the cookbook, run as they are written."""

from pathlib import Path

import pytest

from tools.recipes.__main__ import differences
from tools.recipes.page import pages

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(ROOT), ids=lambda page: page.relative_to(ROOT / "docs").as_posix())
def test_page_shows_what_its_commands_and_code_print(page, tmp_path):
    found = differences(ROOT, page, tmp_path)

    assert "\n".join(f"{page.name}:{block.line} prints\n{printed}" for block, printed in found) == ""
