"""Throw-away servers for tests and trials: free loopback ports, no root, no Docker, data in a temporary folder.

    with running("postgres") as server:
        server.variables["DATABASE_URL"]

A server is found by its name in SERVICES; adding one is adding a module with a class and a line here.
"""

import contextlib
from collections.abc import Iterator

from script._services.elasticsearch import Elasticsearch
from script._services.postgres import PostgreSQL
from script._services.processes import Running, Service
from script._services.redis import Redis

SERVICES: dict[str, Service] = {service.name: service for service in (PostgreSQL(), Redis(), Elasticsearch())}


@contextlib.contextmanager
def running(name: str) -> Iterator[Running]:
    """The server for the length of the block. Raises Failure if it is not installed or does not start."""
    service = SERVICES[name]
    server = service.start()
    try:
        yield server
    finally:
        service.stop(server)
