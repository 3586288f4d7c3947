from tools.sweep_picture import PICTURE, picture


def test_picture_of_the_docs_is_what_the_engine_does():
    assert PICTURE.read_text(encoding="utf-8") == picture(), "python -m tools.sweep_picture draws it again"
