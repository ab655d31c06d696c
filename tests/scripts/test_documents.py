"""What is written about installing must be true of what is installed."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from config.environment import BASE_DIR, VARIABLES
from script._stamps import ROOT

DOCUMENTS = ("README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))
OF_THE_COMMANDS = {"PYTHON", "UV_DEFAULT_INDEX", "PIP_INDEX_URL", "PG_BIN", "REDIS_SERVER", "CHROMIUM", "ES_JAVA_HOME"}
OF_THE_COMMANDS |= {"ES_VERSION", "ES_HEAP", "ES_NODES", "ES_PASSWORD"}


def rows(text: str) -> dict[str, tuple[str, str]]:
    """Name → default and meaning, of the tables with three columns."""
    found = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", text, re.M)
    return {name: (default.strip("`"), meaning) for name, default, meaning in found}


def test_the_settings_page_lists_every_variable_with_its_default_and_meaning() -> None:
    written = rows((ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    expected = {}
    for variable in VARIABLES:
        default = variable.default.replace(f"{BASE_DIR}/", "") or "—"
        expected[variable.name] = (default, variable.meaning + (" **Secret.**" if variable.secret else ""))
    assert written == expected


def test_the_settings_page_names_no_variable_that_does_not_exist() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", text))
    known = {variable.name for variable in VARIABLES}
    assert {name for name in named - known - OF_THE_COMMANDS if not name.startswith("TEST_")} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_name_only_commands_that_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())
    for path in re.findall(r"\bscript/([a-z]+)\b", text):
        assert (ROOT / "script" / path).exists(), path


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    page = ROOT / document
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_documents_name_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for path in re.findall(r"`((?:deploy|docs|tests|script|search|config)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


def test_no_file_of_ours_names_somebodys_home() -> None:
    ours = [*(ROOT / "script").rglob("*"), *(ROOT / "deploy").rglob("*"), ROOT / "Dockerfile", ROOT / "compose.yaml"]
    ours += [ROOT / document for document in DOCUMENTS]
    for path in ours:
        if path.is_file() and "__pycache__" not in path.parts:
            assert not re.search(r"/(?:root|home/\w+|Users/\w+)/", path.read_text(encoding="utf-8")), path


def test_the_shell_scripts_parse() -> None:
    shells = [ROOT / ".ci" / "run", *(p for p in (ROOT / "script").iterdir() if p.is_file() and not p.suffix)]
    for path in shells:
        assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0, path
    elastic = ROOT / "script" / "_services" / "elasticsearch.sh"
    assert subprocess.run(["bash", "-n", str(elastic)], check=False).returncode == 0
    assert all(Path(path).stat().st_mode & 0o111 for path in [*(p for p in shells if p.name[0] != "_"), elastic])
