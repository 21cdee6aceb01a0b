"""Traffic as a process of its own, one after the other as the world shifts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SUMMARY = re.compile(r"in all: (\d+) sent, (\d+) right, (\d+) failed")
END_SECONDS = 20


class Traffic:
    """`sent` and `failed` are of all that has ended."""

    def __init__(self, api: str, every: float, log: Path) -> None:
        self.sent = 0
        self.failed = 0
        self._api = api
        self._every = every
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def shift(self, drift: float) -> None:
        self.end()
        command = [sys.executable, "-m", "training", "traffic", "--api", self._api]
        command += ["--drift", str(drift), "--every", str(self._every)]
        with self._log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, text=True)

    def end(self) -> None:
        """What it did is counted."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(END_SECONDS)
        self._process = None
        summary = SUMMARY.findall(self._log.read_text(encoding="utf-8"))[-1]
        self.sent += int(summary[0])
        self.failed += int(summary[2])

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
