from tools.search_pictures import pictures


def test_pictures_of_the_documentation_are_what_searches_draw() -> None:
    for path, drawn in pictures().items():
        assert path.read_text(encoding="utf-8") == drawn, "python -m tools.search_pictures draws it again"
