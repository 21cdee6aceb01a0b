"""LitServe with an endpoint for each model."""

import sys
from typing import Any

import litserve
import model
import numpy as np
from fastapi import Request


class Rows(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self._model = model.Rows()

    def decode_request(self, request: list[dict]) -> np.ndarray:
        return model.rows_of(request)

    def batch(self, inputs: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(inputs)

    def predict(self, rows: np.ndarray) -> list[dict]:
        return self._model.predict(rows)

    def unbatch(self, output: list[dict]) -> list[dict]:
        return output

    def encode_response(self, output: Any) -> Any:
        return {"predictions": output}


class Pictures(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self._model = model.Pictures()

    def decode_request(self, request: Request) -> np.ndarray:
        return model.prepare(request["content"].file.read())

    def predict(self, batch: np.ndarray) -> Any:
        return self._model.predict(np.asarray(batch))

    def encode_response(self, output: Any) -> Any:
        return {"predictions": output}


if __name__ == "__main__":
    apis = [
        Rows(api_path="/rows", max_batch_size=8, batch_timeout=0.01),
        Pictures(api_path="/picture", max_batch_size=8, batch_timeout=0.01),
    ]
    server = litserve.LitServer(apis, accelerator="cpu", workers_per_device=2, timeout=2)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="warning"
    )
