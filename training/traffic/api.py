"""Sluice's API over one connection that is kept."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

from training.address import anonymous

TIMEOUT_SECONDS = 60
# Together with what Retry-After asks for, a request is given up after this long.
PATIENCE_SECONDS = 60.0
LONGEST_WAIT = 30.0
JSON_HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """`status` 0 where none came, with the reason as the body."""

    status: int
    body: Any
    retry_after: float | None = None

    def __str__(self) -> str:
        detail = self.body.get("detail") if isinstance(self.body, dict) else self.body
        return f"{self.status or 'no answer'}: {detail}"


class Api:
    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(anonymous("--api", url))
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(str(parts.hostname), parts.port, timeout=TIMEOUT_SECONDS)
        self._path = parts.path.rstrip("/")

    def post(self, path: str, body: Any) -> Answer:
        """Comes again when it is asked to by Retry-After, and while it has patience."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._once(path, json.dumps(body).encode())
            if answer.retry_after is None:
                return answer
            wait = min(answer.retry_after, LONGEST_WAIT)
            if time.monotonic() + wait > deadline:
                return answer
            time.sleep(wait)

    def close(self) -> None:
        self._connection.close()

    def _once(self, path: str, body: bytes) -> Answer:
        # A server may close a kept connection just as the next request leaves: that one goes again.
        kept = self._connection.sock is not None
        try:
            return self._send(path, body)
        except (ConnectionError, http.client.RemoteDisconnected) as gone:
            self._connection.close()
            if not kept:
                return Answer(0, str(gone) or type(gone).__name__)
        except (OSError, http.client.HTTPException) as failure:
            self._connection.close()
            return Answer(0, str(failure) or type(failure).__name__)
        try:
            return self._send(path, body)
        except (OSError, http.client.HTTPException) as failure:
            self._connection.close()
            return Answer(0, str(failure) or type(failure).__name__)

    def _send(self, path: str, body: bytes) -> Answer:
        self._connection.request("POST", self._path + path, body, JSON_HEADERS)
        response = self._connection.getresponse()
        content = response.read()
        try:
            value = json.loads(content)
        except ValueError:
            value = content[:200].decode(errors="replace")
        return Answer(response.status, value, _seconds(response))


def _seconds(response: http.client.HTTPResponse) -> float | None:
    after = response.headers.get("Retry-After", "")
    return float(after) if response.status in (429, 503) and after.isdigit() else None
