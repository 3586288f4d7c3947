import pytest

from tools.check_data_files import faults


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"a": 1, "a": 2}'),
        ("a.json", '{"a": NaN}'),
        ("a.json", '{"a": 1'),
        ("a.yaml", "a: 1\na: 2\n"),
        (".a.yml", "a: [1\n"),
    ],
)
def test_file_that_reads_in_no_single_way_is_named(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")

    (fault,) = faults(tmp_path)

    assert fault.startswith(f"{name}: ")


def test_sound_files_are_kept_and_other_peoples_are_not_read(tmp_path):
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "a.json").write_text('{"a": [1, {"b": null}]}', encoding="utf-8")
    (tmp_path / "a.yaml").write_text("a: 1\nb: [1, 2]\n", encoding="utf-8")

    assert list(faults(tmp_path)) == []
