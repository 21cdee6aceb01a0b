"""One picture and one row through a running API, printed for people."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

from training.address import anonymous
from training.catalogue import SAMPLES
from training.failure import TrainingFailure

ROW = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}
TIMEOUT_SECONDS = 60


class DemoFailed(TrainingFailure):
    """The API is away or did not answer as it should; the message says which."""


def run(api: str) -> None:
    api = anonymous("--api", api)
    name = "flower.jpg"
    _show(name, _post(f"{api}/v1/models/imagenet/predict", *_picture(name)))
    row = json.dumps(ROW).encode(), "application/json"
    _show("one row of measurements", _post(f"{api}/v1/models/iris/predict", *row))


def _picture(name: str) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="image"; filename="{name}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = head.encode() + (SAMPLES / name).read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def _post(url: str, body: bytes, content_type: str) -> tuple[dict[str, Any], float]:
    request = urllib.request.Request(url, body, {"Content-Type": content_type})
    started = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.loads(answer.read()), 1000 * (time.monotonic() - started)
    except urllib.error.HTTPError as refusal:
        problem = refusal.read().decode(errors="replace")
        raise DemoFailed(f"{url} answered {refusal.code}: {problem}") from refusal
    except (OSError, ValueError) as failure:
        raise DemoFailed(
            f"{url} did not answer ({failure}): is the API running? `make status` tells"
        ) from failure


def _show(what: str, reply: tuple[dict[str, Any], float]) -> None:
    answer, milliseconds = reply
    try:
        best = answer["predictions"][0]
        print(
            f"{what}: {best['label']}, probability {best['probability']:.3f} "
            f"({answer['model']} v{answer['version']}, {milliseconds:.0f} ms)"
        )
    except (KeyError, IndexError, TypeError) as failure:
        raise DemoFailed(f"the answer for {what} has an unknown form: {answer}") from failure
