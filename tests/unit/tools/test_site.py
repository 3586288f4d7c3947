import pytest

from tools.site import dead_anchors, outside_requests

PAGE = "<html><head>{}</head><body></body></html>"


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/app.js">',
        "<link rel=preload href=//fonts.example/a.woff2>",
        "<style>@import 'https://fonts.example/a.css'</style>",
        "<style>a { background: url(http://example.org/dot.png) }</style>",
        '<img alt="" src="https://example.org/seen.gif">',
    ],
)
def test_outside_request_of_a_page_is_named(tmp_path, text):
    (tmp_path / "index.html").write_text(PAGE.format(text))

    (fault,) = outside_requests(tmp_path)

    assert fault.startswith("index.html: ")


@pytest.mark.parametrize(
    "text",
    [
        '<script src="/assets/app.js">',
        '<a href="https://keepachangelog.com">',
        '<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=http://www.w3.org/2000/svg%3E">',
        "<style>@font-face { src: url(/assets/plex.woff2) }</style>",
    ],
)
def test_outside_request_is_not_what_a_reader_clicks_or_the_site_holds(tmp_path, text):
    (tmp_path / "index.html").write_text(PAGE.format(text))

    assert list(outside_requests(tmp_path)) == []


def test_anchor_that_its_page_does_not_have_is_named(tmp_path):
    (tmp_path / "a.html").write_text('<a href="/b.html#here">x</a><a class="x" href="#gone">x</a>')
    (tmp_path / "b.html").write_text('<h2 id="here"></h2><a href="/a.html#gone">x</a><a href="/#top">x</a>')
    (tmp_path / "index.html").write_text('<p id="top"></p>')

    assert list(dead_anchors(tmp_path)) == [
        "a.html: no such place: #gone",
        "b.html: no such place: /a.html#gone",
    ]
