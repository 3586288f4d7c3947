"""The shell of a page: its policy, its data, and the library that it carries."""

import hashlib
import json
from importlib.resources import files

import pytest

from tests.unit.reports.runs import HOSTILE
from tradewright.reports.html.document import LIBRARY, Page, asset, document, script_json

VENDOR = files("tradewright.reports.html") / "assets" / "vendor"


def test_vendored_library_is_the_one_that_is_declared_with_its_licence_and_notice():
    said = json.loads((VENDOR / "lightweight-charts.json").read_text("utf-8"))
    library = (VENDOR / "lightweight-charts.js").read_bytes()
    assert hashlib.sha256(library).hexdigest() == said["sha256"]
    assert f"v{said['version']}".encode() in library[:200]
    assert "Apache License" in (VENDOR / "lightweight-charts.LICENSE.txt").read_text("utf-8")
    notice = (VENDOR / "lightweight-charts.NOTICE.txt").read_text("utf-8")
    assert "https://www.tradingview.com/" in notice
    assert said["version"] in notice


def test_no_asset_ends_the_element_that_it_stands_in():
    names = [item.name for item in VENDOR.parent.iterdir() if item.is_file()]
    assert len(names) > 8
    for name in [*names, LIBRARY]:
        text = asset(name).lower()
        assert "</script" not in text
        assert "</style" not in text
        assert "<!--" not in text


@pytest.mark.parametrize("text", [HOSTILE, "<!-- <script>", "a & b > c", "\u2028\u2029", "µ"])
def test_data_says_any_text_and_cannot_end_its_element(text):
    written = script_json({"symbol": text})
    assert json.loads(written) == {"symbol": text}
    assert not set("<>&\u2028\u2029") & set(written)


def test_title_is_escaped():
    page = document(Page(HOSTILE, "<main></main>", {}, start="report"))
    assert HOSTILE not in page
    assert "&lt;/script&gt;" in page
