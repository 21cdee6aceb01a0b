"""BentoML with adaptive batching, a worker for each core."""

import os
from pathlib import Path

import bentoml
import model
import numpy as np

BATCH = 32
# Beyond it BentoML refuses: as long as the most patient client of this benchmark waits.
LATENCY_MS = 2000


@bentoml.service(workers=int(os.environ["BENCH_WORKERS"]), logging={"access": {"enabled": False}})
class Peer:
    def __init__(self) -> None:
        self._rows = model.Rows()
        self._pictures = model.Pictures()

    @bentoml.api(route="/rows", batchable=True, max_batch_size=BATCH, max_latency_ms=LATENCY_MS)
    def rows(self, flowers: list[dict[str, float]]) -> list[dict]:
        return self._rows.predict(model.rows_of(flowers))

    @bentoml.api(route="/picture", batchable=True, max_batch_size=BATCH, max_latency_ms=LATENCY_MS)
    def picture(self, pictures: list[Path]) -> list[list[dict]]:
        return self._pictures.predict(
            np.stack([model.prepare(picture.read_bytes()) for picture in pictures])
        )
