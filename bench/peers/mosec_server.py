"""Mosec with a route for each model; pictures go through a decoding and an inferring stage."""

from typing import Any

import model
import msgspec
import numpy as np
from mosec import Runtime, Server, Worker

STAGES = 2
BATCH = 8
WAIT_MS = 10


class Rows(Worker):
    def __init__(self) -> None:
        self._model = model.Rows()

    def deserialize(self, data: bytes) -> Any:
        return msgspec.json.decode(data)

    def serialize(self, data: Any) -> bytes:
        return msgspec.json.encode(data)

    def forward(self, data: list[list[dict]]) -> list[Any]:
        rows = model.rows_of([record for records in data for record in records])
        answers = iter(self._model.predict(rows))
        return [[next(answers) for _ in records] for records in data]


class Decode(Worker):
    def deserialize(self, data: bytes) -> bytes:
        return data

    def forward(self, data: bytes) -> np.ndarray:
        return model.prepare(data)


class Infer(Worker):
    def __init__(self) -> None:
        self._model = model.Pictures()

    def serialize(self, data: Any) -> bytes:
        return msgspec.json.encode(data)

    def forward(self, data: list[np.ndarray]) -> list[Any]:
        return self._model.predict(np.stack(data))


if __name__ == "__main__":
    server = Server()
    rows = Runtime(Rows, num=STAGES, max_batch_size=32, max_wait_time=1)
    decode = Runtime(Decode, num=STAGES)
    infer = Runtime(Infer, num=STAGES, max_batch_size=BATCH, max_wait_time=WAIT_MS)
    server.register_runtime({"/rows": [rows], "/picture": [decode, infer]})
    server.run()
