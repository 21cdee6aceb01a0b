"""More users step by step: at which step does the time of an answer begin to rise?

make locust SHAPE=steps
"""

from __future__ import annotations

from locust import LoadTestShape

STEP_SECONDS = 20
STEP_USERS = 20
STEPS = 6


class Steps(LoadTestShape):
    def tick(self) -> tuple[int, float] | None:
        step = int(self.get_run_time() // STEP_SECONDS)
        return ((step + 1) * STEP_USERS, STEP_USERS) if step < STEPS else None
