"""The retraining as a Prefect flow: the same stages, each a task of its own.

python -m training.prefect_flow [options of `python -m training retrain`]
python -m training.prefect_flow serve NAME      as deployment retraining/NAME, until Ctrl-C
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
# Without an API of one's own Prefect starts one, which on a busy machine takes more than its 20 s.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from training.__main__ import parser
from training.failure import TrainingFailure
from training.pipeline import command, run
from training.pipeline.settings import MODEL
from training.pipeline.work import Work


@flow(name="retraining", log_prints=True)
def retraining(model: str = MODEL, options: list[str] | None = None) -> str:
    """The verdict as JSON. The database comes from the environment: options are shown to all."""
    parsed = parser().parse_args(["retrain", "--model", model, *(options or [])])
    work, settings = Work(parsed.work), command.settings(parsed)
    with work.held():
        for name, stage in run.BY_NAME.items():
            # Closed over rather than given: what a task is given Prefect keeps.
            task(lambda stage=stage: stage(work, settings), name=name, cache_policy=NO_CACHE)()
    return run.verdict(work)


def main() -> int:
    try:
        if sys.argv[1:2] == ["serve"]:
            retraining.serve(name=sys.argv[2], pause_on_shutdown=False)
        else:
            print(retraining(options=sys.argv[1:]))
    except TrainingFailure as failure:
        print(f"retraining: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
