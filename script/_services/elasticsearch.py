"""Elasticsearch: the server's own integration-test distribution, fetched through Maven, run by `elasticsearch.sh`."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from script import _say
from script._services.processes import Running, born, free_port, listens

COMMAND = str(Path(__file__).with_name("elasticsearch.sh"))
TRANSPORT_OFFSET = 100  # elasticsearch.sh puts the nodes' own talk so far above the HTTP port


class Elasticsearch:
    """One node without a password; ES_NODES, ES_PASSWORD, ES_HEAP and ES_VERSION in the environment change that."""

    name = "elasticsearch"
    packages = ("maven", "default-jdk-headless", "curl")

    def missing(self) -> str:
        """What is not installed, and what to do about it; "" if nothing."""
        absent = [program for program in ("bash", "curl", "java", "mvn") if not shutil.which(program)]
        if not absent:
            return ""
        return f"Elasticsearch needs {', '.join(absent)}: apt-get install maven default-jdk-headless curl"

    def start(self) -> Running:
        """Start it and wait until the cluster is ready; the first time it is downloaded. Raises Failure."""
        if self.missing():
            raise _say.Failure(self.missing())
        port = _free_ports()
        folder = f"/tmp/supermarket-elasticsearch-{port}"
        environment = {**os.environ, "ES_PORT": str(port), "ES_DATA": folder}
        done = subprocess.run([COMMAND, "start"], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            subprocess.run([COMMAND, "wipe"], env=environment, capture_output=True, check=False)
            raise _say.Failure(f"Elasticsearch did not start:\n{done.stderr.strip()[-2000:]}")
        pid = int(subprocess.run([COMMAND, "pid"], env=environment, capture_output=True, text=True, check=True).stdout)
        secret = f"elastic:{os.environ['ES_PASSWORD']}@" if os.environ.get("ES_PASSWORD") else ""
        variables = {"ELASTICSEARCH_URL": f"http://{secret}127.0.0.1:{port}"}
        return Running(self.name, pid, born(pid), folder, variables)

    def stop(self, server: Running) -> None:
        """End its nodes (the script knows them by their own folder) and remove their data."""
        port = server.folder.rpartition("-")[2]
        environment = {**os.environ, "ES_PORT": port, "ES_DATA": server.folder}
        subprocess.run([COMMAND, "wipe"], env=environment, capture_output=True, check=False)

    def act(self, server: Running, *act: str) -> None:
        """Let `elasticsearch.sh` do something else with it: `kill-node 2`, `start`. Raises Failure."""
        port = server.folder.rpartition("-")[2]
        environment = {**os.environ, "ES_PORT": port, "ES_DATA": server.folder}
        done = subprocess.run([COMMAND, *act], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise _say.Failure(f"elasticsearch.sh {' '.join(act)}: {done.stderr.strip()[-2000:]}")

    def is_alive(self, server: Running) -> bool:
        """Whether its first node still runs."""
        return born(server.pid) == server.born


def _free_ports() -> int:
    """The first of a row of ports, one a node, that are free together with those for the nodes' own talk."""
    nodes = int(os.environ.get("ES_NODES") or 1)
    while True:
        port = free_port()
        wanted = [port + node for node in range(1, nodes)] + [port + TRANSPORT_OFFSET + node for node in range(nodes)]
        if max(wanted) < 65000 and not any(map(_is_taken, wanted)):
            return port


def _is_taken(port: int) -> bool:
    with contextlib.suppress(OSError):
        return listens(port)
    return False
