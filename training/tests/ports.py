"""Ports for the servers that tests start.

A port that the system proposes may be another process's by the time a server binds it. These lie
below the range that the system hands out, and each is locked for the life of this process against
all other tests on the machine; the Java tests (TestPorts) keep to the same locks.
"""

from __future__ import annotations

import fcntl
import getpass
import os
import socket
from pathlib import Path
from typing import IO

FIRST = 20_000
COUNT = 12_000
STRIDE = 97

_held: list[IO[bytes]] = []
# Each once: closing a file again would give up the lock on it.
_untried = (FIRST + (os.getpid() * STRIDE + tried) % COUNT for tried in range(COUNT))


def take() -> int:
    folder = Path("/tmp") / f"sluice-test-ports-{getpass.getuser()}"
    folder.mkdir(exist_ok=True)
    for port in _untried:
        lock = (folder / str(port)).open("ab")
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
        else:
            _held.append(lock)
            return port
    raise RuntimeError(f"no port from {FIRST} to {FIRST + COUNT - 1} is free")
