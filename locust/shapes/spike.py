"""Few users, suddenly many, few again: is everybody answered or told when to come back?

make locust SHAPE=spike
"""

from __future__ import annotations

from locust import LoadTestShape

FEW = 10
MANY = 300
BEGINS_AT = 30
ENDS_AT = 50
OVER_AT = 90


class Spike(LoadTestShape):
    def tick(self) -> tuple[int, float] | None:
        now = self.get_run_time()
        if now >= OVER_AT:
            return None
        return (MANY if BEGINS_AT <= now < ENDS_AT else FEW, MANY)
