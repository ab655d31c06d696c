"""Throw-away servers for tests and trials: free loopback ports, no root, no Docker, data in a temporary folder.

    with running("postgres") as server:
        server.variables["DATABASE_URL"]

A server is found by its name in SERVICES; adding one is adding a module with a class and a line here.
"""

import contextlib
import os
from collections.abc import Iterator

from script._services.elasticsearch import Elasticsearch
from script._services.postgres import PostgreSQL
from script._services.processes import Running, Service
from script._services.redis import Redis

SERVICES: dict[str, Service] = {service.name: service for service in (PostgreSQL(), Redis(), Elasticsearch())}


@contextlib.contextmanager
def running(name: str, **settings: str) -> Iterator[Running]:
    """The server for the length of the block, with these settings (see its module) in the environment.

    Raises Failure if it is not installed or does not start.
    """
    service = SERVICES[name]
    before = {variable: os.environ.get(variable) for variable in settings}
    os.environ.update(settings)
    try:
        server = service.start()
        try:
            yield server
        finally:
            service.stop(server)
    finally:
        for variable, value in before.items():
            os.environ.pop(variable, None)
            if value is not None:
                os.environ[variable] = value
