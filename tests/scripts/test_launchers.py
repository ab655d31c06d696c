"""The commands as a person calls them: help, refusals, and a machine that lacks something."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from script import _bench
from script._stamps import ROOT


def call(*command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHON": sys.executable, **variables}
    return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The commands alone, without a virtual environment beside them."""
    shutil.copytree(ROOT / "script", tmp_path / "script", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "config").mkdir()
    for name in ("__init__.py", "environment.py"):
        shutil.copy(ROOT / "config" / name, tmp_path / "config")
    for name in ("requirements.txt", "requirements-test.txt"):
        (tmp_path / name).write_text("")
    return tmp_path


def bare_path(folder: Path, *programs: str) -> str:
    """A PATH with nothing but these programs."""
    folder.mkdir()
    for program in ("sh", "dirname", *programs):
        os.symlink(shutil.which(program) or f"/bin/{program}", folder / program)
    return str(folder)


@pytest.mark.parametrize("name", ["server", "test", "services", "bench"])
def test_every_command_explains_itself_from_any_folder(name: str) -> None:
    done = call(str(ROOT / "script" / name), "--help")
    assert done.returncode == 0
    assert f"usage: script/{name}" in done.stdout


def test_the_documented_options_of_the_server_exist() -> None:
    shown = call(str(ROOT / "script" / "server"), "--help").stdout
    assert all(option in shown for option in ("--host", "--port", "--fresh", "DATABASE_URL", "VAR_DIR"))


def test_without_a_new_enough_python_one_command_is_named(checkout: Path) -> None:
    path = bare_path(checkout / "bin")
    (checkout / "bin" / "python3").write_text("#!/bin/sh\nexit 1\n")  # a Python that is too old
    (checkout / "bin" / "python3").chmod(0o755)
    (checkout / "bin" / "apt-get").write_text("#!/bin/sh\n")
    (checkout / "bin" / "apt-get").chmod(0o755)
    done = call(str(checkout / "script" / "server"), PATH=path, PYTHON="")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "sudo apt-get install -y python3 python3-venv" in done.stderr


def test_without_venv_and_pip_one_command_is_named(checkout: Path) -> None:
    """Debian's python3 without python3-venv: the module is there, ensurepip is not."""
    crippled = checkout / "python3"
    refuse = "case \"$*\" in *'-m pip'*|*'-m venv'*|*'-m ensurepip'*) exit 1;; esac"
    crippled.write_text(f'#!/bin/sh\n{refuse}\nexec {sys.executable} "$@"\n')
    crippled.chmod(0o755)
    (checkout / "script" / "_venv.py").write_text(
        (checkout / "script" / "_venv.py").read_text().replace("sys.executable", repr(str(crippled)))
    )
    done = call(str(checkout / "script" / "server"), "--prepare", PATH=bare_path(checkout / "bin"))
    assert done.returncode == 1
    assert "has neither venv nor pip. Run this, then try again:" in done.stderr
    assert not (checkout / ".venv").exists()


def test_where_uv_fails_venv_and_pip_do_it_and_only_once(checkout: Path) -> None:
    path = bare_path(checkout / "bin")
    (checkout / "bin" / "uv").write_text('#!/bin/sh\n[ "$1" = --version ] || { echo uv is broken; exit 1; }\n')
    (checkout / "bin" / "uv").chmod(0o755)

    def make() -> str:
        program = "from script import _venv; print(_venv.make())"
        environment = {**os.environ, "PATH": path}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=checkout, env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == str(checkout / ".venv" / "bin" / "python")
        return done.stderr

    assert "Making the virtual environment" in (first := make())
    assert "uv could not (uv is broken); trying pip" in first
    assert make() == ""  # nothing changed, nothing is done
    (checkout / "requirements.txt").write_text("# changed\n")
    again = make()
    assert "Installing requirements.txt" in again
    assert "Making" not in again


def test_services_refuse_an_unknown_name() -> None:
    done = call(str(ROOT / "script" / "services"), "start", "oracle")
    assert done.returncode == 2
    assert "oracle is not known here; known: postgres, redis, elasticsearch" in done.stderr


def test_ci_runs_everything_and_takes_nothing_for_granted() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "exec script/test --all" in text


def test_the_list_of_benchmarks_names_each_with_its_meaning() -> None:
    shown = call(str(ROOT / "script" / "bench"), "--list").stdout.splitlines()
    assert [line.split()[0] for line in shown] == list(_bench.names())
    assert all(len(line.split(maxsplit=1)[1]) > 20 for line in shown)
    assert call(str(ROOT / "script" / "bench"), "no-such").returncode == 2


@pytest.mark.parametrize(
    ("value", "higher_is_better", "ok"),
    [(1.0, False, True), (2.0, False, True), (2.1, False, False), (2.1, True, True), (1.9, True, False)],
)
def test_a_figure_beyond_its_limit_is_not_ok(value: float, higher_is_better: bool, ok: bool) -> None:
    line = _bench.Result("a", value, "s", limit=2, higher_is_better=higher_is_better).as_json()
    assert line == {"name": "a", "value": value, "unit": "s", "limit": 2, "ok": ok}
    assert list(json.loads(json.dumps(line))) == ["name", "value", "unit", "limit", "ok"]
