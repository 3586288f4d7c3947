from pathlib import Path

import pytest

from tools.check_links import anchors, broken_links


def page(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "target", ["docs/index.md", "docs/index.md#two-words", "#top", "docs", "https://example.org/x"]
)
def test_links_that_lead_somewhere_are_kept(tmp_path, target):
    page(tmp_path, "README.md", f"# Top\n[a]({target})\n")
    page(tmp_path, "docs/index.md", "# Index\n## Two words\n")

    assert list(broken_links(tmp_path)) == []


@pytest.mark.parametrize("target", ["docs/gone.md", "docs/index.md#gone", "#gone", "image.png"])
def test_link_that_leads_nowhere_is_named_with_its_line(tmp_path, target):
    page(tmp_path, "README.md", f"# Top\n```\n[code](never.md)\n```\n[a]({target})\n")
    page(tmp_path, "docs/index.md", "# Index\n")

    (fault,) = broken_links(tmp_path)

    assert fault.startswith("README.md:5: no such")
    assert target in fault


def test_links_in_code_are_not_links(tmp_path):
    page(tmp_path, "README.md", "`[a](gone.md)`\n~~~md\n[b](gone.md)\n~~~\n")

    assert list(broken_links(tmp_path)) == []


def test_repeated_headings_are_numbered():
    assert anchors("# A b\n## A b\n### `code` & more\n") == {"a-b", "a-b-1", "code--more"}
