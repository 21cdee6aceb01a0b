"""Takes what lies on the lists, a batch at a time, and writes each answer under its key."""

import base64
import json
import os
import time

import model
import numpy as np
import redis

BATCH = 32
SLEEP = 0.05


def batch_of(db: redis.Redis, queue: str) -> list[dict]:
    with db.pipeline() as pipe:
        pipe.lrange(queue, 0, BATCH - 1)
        pipe.ltrim(queue, BATCH, -1)
        items, _ = pipe.execute()
    return [json.loads(item) for item in items]


def main() -> None:
    db = redis.Redis(port=int(os.environ["BENCH_REDIS_PORT"]))
    rows, pictures = model.Rows(), model.Pictures()
    while True:
        jobs = batch_of(db, "rows")
        for job in jobs:
            db.set(job["id"], json.dumps(rows.predict(model.rows_of(json.loads(job["input"])))))
        jobs = batch_of(db, "pictures")
        if jobs:
            tensors = [np.frombuffer(base64.b64decode(job["input"]), np.float32) for job in jobs]
            batch = np.stack(tensors).reshape(-1, 3, 224, 224)
            for job, answer in zip(jobs, pictures.predict(batch), strict=True):
                db.set(job["id"], json.dumps(answer))
        time.sleep(SLEEP)


if __name__ == "__main__":
    main()
