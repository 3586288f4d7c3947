import pytest

from tools import install


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Return an empty checkout with locks, where every command of `install` is only written down."""
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/run.txt", "requirements/dev.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    venv = tmp_path / ".venv"
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(install, "_works", lambda python: python.exists())
    return tmp_path


@pytest.fixture
def commands(checkout, monkeypatch):
    ran: list[str] = []

    def run(command, hint=""):
        ran.append(" ".join(command))
        (checkout / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (checkout / ".venv" / "bin" / "python").touch()

    monkeypatch.setattr(install, "_run", run)
    return ran


def test_first_install_makes_a_venv_then_takes_the_lock_by_hash(commands):
    assert install.main(["dev"]) == 0

    venv, lock, project = commands
    assert "-m venv --clear" in venv
    assert "--require-hashes --requirement requirements/dev.txt" in lock
    assert "--no-deps --no-build-isolation --editable ." in project


@pytest.mark.parametrize(("first", "second"), [("dev", "dev"), ("run", "run"), ("dev", "run")])
def test_second_install_of_what_is_there_does_nothing(commands, first, second):
    install.main([first])
    commands.clear()

    assert install.main([second]) == 0
    assert commands == []


def test_dev_after_run_adds_to_the_same_venv(commands):
    install.main(["run"])
    commands.clear()

    install.main(["dev"])

    assert [("venv" in command.split()) for command in commands] == [False, False]


def test_changed_lock_is_installed_again_and_changed_back_too(checkout, commands):
    lock = checkout / "requirements" / "dev.txt"
    install.main(["dev"])
    for content in ("changed", "requirements/dev.txt"):
        lock.write_text(content, encoding="utf-8")
        commands.clear()
        install.main(["dev"])
        assert len(commands) == 2


def test_failed_install_is_said_and_tried_again(checkout, commands, monkeypatch, capsys):
    install.main(["dev"])
    (checkout / "pyproject.toml").write_text("changed", encoding="utf-8")

    def fail(command, hint=""):
        raise install.subprocess.CalledProcessError(2, command)

    monkeypatch.setattr(install, "_run", fail)

    assert install.main(["dev"]) == 1
    assert "exit 2" in capsys.readouterr().err
    assert not list((checkout / ".venv").glob(".installed-*"))


@pytest.mark.parametrize("arguments", [[], ["all"], ["run", "dev"]])
def test_wrong_call_says_how(arguments, capsys):
    assert install.main(arguments) == 1
    assert "usage" in capsys.readouterr().err


def test_old_python_is_told_what_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(install.sys, "version_info", (3, 10, 13))

    assert install.main(["dev"]) == 1
    assert "3.11 or newer" in capsys.readouterr().err
