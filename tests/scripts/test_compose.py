"""Dockerfile, compose.yaml and nginx.conf without Docker: every service, variable, path and command in them exists."""

import re
import shlex
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from config.environment import VARIABLES
from script._stamps import ROOT

KNOWN = {variable.name for variable in VARIABLES}
OF_COMPOSE = {"POSTGRES_PASSWORD", "HTTP_PORT"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """compose.yaml as Docker would read it, before variables are filled in."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return content


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def words(command: Any) -> list[str]:
    """A command as single words, those inside `sh -c` too."""
    parts = shlex.split(command) if isinstance(command, str) else [str(part) for part in command]
    return [word for part in parts for word in part.split()]


def test_the_installation_has_all_its_parts(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"web", "worker", "postgres", "redis", "elasticsearch", "nginx"}


def test_the_site_is_given_only_variables_that_exist(compose: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        assert set(compose["services"][name]["environment"]) <= KNOWN


def test_what_must_be_filled_in_is_in_the_example(compose: dict[str, Any]) -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", text("compose.yaml")))
    assert used <= KNOWN | OF_COMPOSE
    offered = set(re.findall(r"^([A-Z_]+)=", text("deploy/compose.env.example"), re.M))
    assert offered <= used
    assert set(re.findall(r"\$\{([A-Z_]+):\?", text("compose.yaml"))) <= offered


def test_the_example_holds_no_secret() -> None:
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", text("deploy/compose.env.example"), re.M))
    assert example["SECRET_KEY"] == example["POSTGRES_PASSWORD"] == ""


def test_addresses_name_services_that_exist(compose: dict[str, Any]) -> None:
    for value in compose["services"]["web"]["environment"].values():
        for host in re.findall(r"(?:@|//)([a-z]+):\d+", str(value)):
            assert host in compose["services"], value
    (upstream,) = re.findall(r"server (\w+):(\d+);", text("deploy/nginx.conf"))
    assert upstream == ("web", "8000")
    assert "EXPOSE 8000" in text("Dockerfile")


def test_services_wait_only_for_services_that_say_when_they_are_ready(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        for other, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"}
            assert "healthcheck" in services[other] or other == "web"
    assert "HEALTHCHECK" in text("Dockerfile")  # web's


def test_commands_exist(compose: dict[str, Any]) -> None:
    programs = {"sh", "exec", "granian", "python", "redis-server"}
    for name in ("web", "worker"):
        command = words(compose["services"][name]["command"])
        assert command[0] in programs
        for managed in [command[i + 1] for i, word in enumerate(command) if word == "manage.py"]:
            assert managed in get_commands(), managed
    for managed in re.findall(r"manage\.py ([a-z_]+)", text("Dockerfile") + text("compose.yaml")):
        assert managed in get_commands(), managed
    assert (ROOT / "manage.py").exists()


def test_granian_is_started_alike_everywhere(compose: dict[str, Any]) -> None:
    def options(command: list[str]) -> set[str]:
        return set(command[command.index("granian") + 1 :])

    (last,) = re.findall(r"^CMD (\[.+\])$", text("Dockerfile"), re.M)
    in_image = options(yaml.safe_load(last))
    assert in_image == options(words(compose["services"]["web"]["command"]))
    assert "config.wsgi:application" in in_image
    from granian.cli import cli

    known = {name for parameter in cli.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in in_image if word.startswith("--")} <= known


def test_volumes_are_declared_and_files_exist(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in compose["volumes"], volume


def test_nginx_sees_static_files_but_neither_database_nor_keys(compose: dict[str, Any]) -> None:
    site, proxy = compose["services"]["web"], compose["services"]["nginx"]
    var_dir = site["environment"]["VAR_DIR"]
    (static,) = [volume.split(":")[0] for volume in site["volumes"] if volume.endswith(f"{var_dir}/static")]
    (mounted,) = [volume.split(":") for volume in proxy["volumes"] if not volume.startswith("./")]
    assert mounted[0] == static
    assert mounted[2] == "ro"
    assert f"alias {mounted[1]}/;" in text("deploy/nginx.conf")


def test_the_proxy_lets_the_largest_upload_through() -> None:
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", text("deploy/nginx.conf"))
    default = next(variable.default for variable in VARIABLES if variable.name == "MAX_UPLOAD_MB")
    assert int(limit) > int(default)
    from config.doctor.settings import PROXY_LIMIT_MB

    assert int(limit) == PROXY_LIMIT_MB


def test_the_image_copies_what_exists_and_leaves_out_what_is_private() -> None:
    assert re.findall(r"^COPY (.+)$", text("Dockerfile"), re.M) == ["requirements.txt ./", ". ."]
    ignored = set(text(".dockerignore").split())
    assert {".git", ".venv", "var", ".env", "build"} <= ignored


def test_no_service_but_the_proxy_is_reachable_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["nginx"]
