"""The folder in which the stages of a retraining hand over their files, one process at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from training.failure import TrainingFailure
from training.whole import replace_json

STAGES = ("pull", "profile", "prepare", "train", "evaluate", "register")


class Work:
    """A stage's outcome is the last file it writes: without it the stage counts as not done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def identity(self) -> str:
        """The same for every run in this folder on this machine."""
        where = f"{platform.node()}:{self.folder.resolve()}"
        return hashlib.sha256(where.encode()).hexdigest()[:16]

    @contextmanager
    def held(self) -> Iterator[None]:
        """The kernel lets go of the lock of a process that was killed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise TrainingFailure(
                    f"process {lock.read().strip() or 'unknown'} works in {self.folder}: "
                    "wait for it, or give another folder with --work"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def begin(self, stage: str) -> None:
        """Takes away what this stage and the later ones left; needs what the earlier ones did."""
        at = STAGES.index(stage)
        for earlier in STAGES[:at]:
            if not self._outcome(earlier).is_file():
                raise TrainingFailure(f"{stage} comes after {earlier}, which has not been done")
        for later in STAGES[at:]:
            self._outcome(later).unlink(missing_ok=True)

    def end(self, stage: str, outcome: dict[str, Any]) -> None:
        replace_json(self._outcome(stage), outcome)

    def outcome(self, stage: str) -> dict[str, Any]:
        return json.loads(self._outcome(stage).read_text(encoding="utf-8"))

    def file(self, name: str) -> Path:
        return self.folder / name

    def empty_folder(self, name: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def _outcome(self, stage: str) -> Path:
        return self.folder / f"{stage}.json"
