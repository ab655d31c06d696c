"""Bare inserts by psycopg, a process of its own: arguments are the database's address, connections, inserts of each."""

import json
import sys
import threading
import time
import uuid

import psycopg

from script._bench._selection import INSERT

BYTES = bytes(560)  # as long as a sealed envelope


def main(url: str, connections: int, each: int) -> float:
    """Insert from so many threads; returns the seconds."""
    gate = threading.Barrier(connections + 1)

    def insert() -> None:
        with psycopg.connect(url, autocommit=True) as server:
            gate.wait()
            for _ in range(each):
                server.execute(INSERT, [uuid.uuid4(), BYTES])

    threads = [threading.Thread(target=insert) for _ in range(connections)]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
