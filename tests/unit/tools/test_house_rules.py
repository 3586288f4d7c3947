"""Each house rule is broken on purpose in a small tree, and kept just inside its limit."""

from pathlib import Path

import pytest

from tools.house_rules.__main__ import violations

SRC = "src/tradewright"


@pytest.fixture
def plant(tmp_path: Path):
    """Return a function that writes files into an empty repository and gives what the rules say of it."""

    def planted(files: dict[str, str]) -> list[str]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return [str(violation) for violation in violations(tmp_path)]

    return planted


def function(name: str, lines: int, decorator: str = "") -> str:
    body = "    x = 1\n" * (lines - 1)
    return f"{decorator}def {name}():\n{body}"


@pytest.mark.parametrize(
    ("path", "lines", "limit"),
    [(f"{SRC}/core/bars.py", 501, 500), ("tests/unit/test_bars.py", 601, 600), ("tools/links.py", 501, 500)],
)
def test_file_over_its_limit_is_named_with_its_length(plant, path, lines, limit):
    assert plant({path: "x = 1\n" * lines}) == [
        f"{path}:{lines}: file has {lines} lines, the limit is {limit}"
    ]


@pytest.mark.parametrize(("path", "lines"), [(f"{SRC}/core/bars.py", 500), ("tests/unit/test_bars.py", 600)])
def test_file_at_its_limit_is_kept(plant, path, lines):
    assert plant({path: "x = 1\n" * lines}) == []


@pytest.mark.parametrize(
    ("decorator", "lines", "kept"),
    [
        ("", 60, True),
        ("", 61, False),
        ("@kernel\n", 120, True),
        ("@kernel\n", 121, False),
        ("@cache\n", 61, False),
    ],
)
def test_function_size_depends_on_kernel(plant, decorator, lines, kept):
    found = plant({f"{SRC}/engine/walk.py": function("walk", lines, decorator)})

    assert bool(found) is not kept
    assert all("function 'walk'" in line and f"{lines} lines" in line for line in found)


def test_method_and_nested_function_are_measured_too(plant):
    method = "class Walk:\n" + "".join(f"    {line}\n" for line in function("step", 61).splitlines())

    assert plant({f"{SRC}/engine/walk.py": method}) == [
        f"{SRC}/engine/walk.py:2: function 'step' has 61 lines, the limit is 60"
    ]


def test_folder_with_21_entries_is_too_full(plant):
    files = {f"{SRC}/data/source{number}.py": "" for number in range(21)}

    assert plant(files) == [f"{SRC}/data:1: folder has 21 entries, the limit is 20"]


def test_folder_of_modules_may_hold_more(plant):
    files = {f"{SRC}/modules/trend/indicator{number}.py": "" for number in range(30)}

    assert plant({**files, f"{SRC}/modules/trend/__init__.py": ""}) == []


@pytest.mark.parametrize(
    "name", ["utils.py", "helpers/bars.py", "data_manager.py", "misc.py", "common_types.py"]
)
def test_name_that_says_nothing_is_refused(plant, name):
    assert any("says nothing" in line for line in plant({f"{SRC}/core/{name}": ""}))


@pytest.mark.parametrize("name", ["commonality.py", "utility_function.py", "manage.py", "miscount.py"])
def test_name_that_only_contains_the_letters_is_kept(plant, name):
    assert plant({f"{SRC}/core/{name}": ""}) == []


def test_class_called_manager_is_refused(plant):
    assert plant({f"{SRC}/core/orders.py": "class OrderManager:\n    pass\n"}) == [
        f"{SRC}/core/orders.py:1: class 'OrderManager': 'manager' says nothing: name its job"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nHOME = os.environ['HOME']\n",
        "import os as system\nHOME = system.getenv('HOME')\n",
        "from os import environ\n",
        "from os import getenv as read\n",
    ],
)
def test_environment_is_read_only_where_settings_live(plant, text):
    assert any("library/defaults.py only" in line for line in plant({f"{SRC}/data/store.py": text}))


@pytest.mark.parametrize("room", ["library/defaults.py", "entrypoints/bootstrap.py", "platform/settings.py"])
def test_environment_may_be_read_by_settings(plant, room):
    assert plant({f"{SRC}/{room}": "import os\nHOME = os.environ['HOME']\n"}) == []


def test_other_parts_of_os_may_be_used_anywhere(plant):
    assert plant({f"{SRC}/data/store.py": "import os\nos.replace('a', 'b')\n"}) == []


@pytest.mark.parametrize(
    "call", ["import_module('pandas')", "importlib.import_module(name)", "__import__('x')"]
)
def test_import_by_name_is_refused_outside_its_places(plant, call):
    assert len(plant({f"{SRC}/engine/walk.py": f"{call}\n", f"{SRC}/core/optional.py": f"{call}\n"})) == 1


PROJECT = """
[project]
dependencies = ["numba>=1", "python-dateutil"]
optional-dependencies = { demo = ["bokeh_sampledata"] }
"""


@pytest.mark.parametrize(
    "text", ["import click\n", "from click.core import Context\n", "def f():\n    import click\n"]
)
def test_import_of_a_package_nobody_asked_for_is_refused(plant, text):
    (found,) = plant({"pyproject.toml": PROJECT, f"{SRC}/core/bars.py": text})

    assert "'click' is not among the dependencies" in found


@pytest.mark.parametrize(
    "name", ["numba.core", "llvmlite.binding", "dateutil", "bokeh_sampledata", "os.path", "tradewright.core"]
)
def test_import_of_a_declared_package_the_library_or_ourselves_is_kept(plant, name):
    assert plant({"pyproject.toml": PROJECT, f"{SRC}/core/bars.py": f"import {name}\n"}) == []
