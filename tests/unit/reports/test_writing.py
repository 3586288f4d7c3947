"""A page on disk: whole or not at all, and never over something that was not meant."""

import errno
import os
from pathlib import Path

import pytest

from tradewright.core.errors import EnvironmentFaultError, InputError, ParameterError
from tradewright.reports.writing import page_path, require_free, write_page


def test_page_is_written_as_it_is(tmp_path):
    path = tmp_path / "page.html"
    assert write_page(path, "a\nµ", overwrite=False) == path
    assert path.read_bytes() == "a\nµ".encode()
    assert [item.name for item in tmp_path.iterdir()] == ["page.html"]


def test_page_that_is_there_is_kept_unless_told_otherwise(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("old")
    with pytest.raises(InputError, match="is there already") as refused:
        write_page(path, "new", overwrite=False)
    assert refused.value.code == "E_PAGE_EXISTS"
    assert path.read_text() == "old"
    write_page(path, "new", overwrite=True)
    assert path.read_text() == "new"


def test_page_is_not_written_over_a_folder_or_a_link(tmp_path):
    (tmp_path / "link.html").symlink_to(tmp_path / "elsewhere")
    for path, what in ((tmp_path, "is a folder"), (tmp_path / "link.html", "is a link")):
        with pytest.raises(InputError, match=what):
            write_page(path, "new", overwrite=True)


def test_page_in_a_folder_that_is_missing_is_refused_with_its_name(tmp_path):
    with pytest.raises(EnvironmentFaultError, match="there is no folder") as refused:
        write_page(tmp_path / "nowhere" / "page.html", "new", overwrite=False)
    assert refused.value.code == "E_WRITE"
    assert not (tmp_path / "nowhere").exists()


def test_page_on_a_full_disk_leaves_the_old_one_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentFaultError, match="No space left"):
        write_page(path, "new", overwrite=True)
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["page.html"]


def test_page_in_a_folder_that_may_not_be_written_is_refused(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(EnvironmentFaultError, match="Permission denied"):
        write_page(tmp_path / "page.html", "new", overwrite=False)
    assert list(tmp_path.iterdir()) == []


def test_page_is_not_written_over_a_pipe_or_a_device(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(InputError, match="no file but a device or a pipe"):
            write_page(path, "new", overwrite=True)
    assert not (tmp_path / "pipe").is_file()


@pytest.mark.parametrize(
    ("name", "said"),
    [("a" * 300 + ".html", "the name is too long"), ("a\0b.html", "no file can have that name")],
)
def test_page_by_a_name_that_no_file_can_have_is_refused_before_and_when_it_is_written(tmp_path, name, said):
    for attempt in (require_free, lambda path, overwrite: write_page(path, "new", overwrite=overwrite)):
        with pytest.raises(EnvironmentFaultError, match=said) as refused:
            attempt(tmp_path / name, overwrite=True)
        assert refused.value.code == "E_WRITE"


@pytest.mark.parametrize("given", [None, 5, b"page.html", ["page.html"]])
def test_place_that_is_no_path_is_refused(given):
    with pytest.raises(ParameterError, match="names the file to write"):
        page_path(given)


def test_text_that_no_file_can_say_is_written_with_question_marks(tmp_path):
    path = write_page(tmp_path / "page.html", "a\ud800b", overwrite=False)
    assert path.read_text("utf-8") == "a?b"


@pytest.mark.parametrize("links", [True, False])
def test_page_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch, links):
    path = tmp_path / "page.html"
    sync = os.fsync

    def unlinked(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    def meanwhile(descriptor: int) -> None:
        path.write_text("somebody else's")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", meanwhile)
    if not links:
        monkeypatch.setattr(os, "link", unlinked)
    with pytest.raises(InputError, match="is there already"):
        write_page(path, "new", overwrite=False)
    assert path.read_text() == "somebody else's"
    assert [item.name for item in tmp_path.iterdir()] == ["page.html"]


def test_page_is_written_where_there_are_no_links(tmp_path, monkeypatch):
    def unlinked(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", unlinked)
    assert write_page(tmp_path / "page.html", "new", overwrite=False).read_text() == "new"


def test_page_that_is_replaced_keeps_its_permissions(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("private")
    path.chmod(0o640)
    write_page(path, "new", overwrite=True)
    assert path.stat().st_mode & 0o777 == 0o640
