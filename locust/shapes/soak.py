"""The same users for a long while: do memory, connections or times grow?

make locust SHAPE=soak            half an hour
SOAK_MINUTES=600 make locust SHAPE=soak
"""

from __future__ import annotations

import os

from locust import LoadTestShape

USERS = 40
SECONDS = 60 * float(os.environ.get("SOAK_MINUTES", "30"))


class Soak(LoadTestShape):
    def tick(self) -> tuple[int, float] | None:
        return (USERS, USERS / 10) if self.get_run_time() < SECONDS else None
