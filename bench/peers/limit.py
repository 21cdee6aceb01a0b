"""The engine fed from memory, a process for each core; prints items a second.

`python limit.py rows|pictures PICTURE SECONDS`
"""

import multiprocessing
import sys
import time
from pathlib import Path

import model
import numpy as np

WARM_UP = 3
ROWS_AT_ONCE = 32


def loop(kind: str, picture: bytes, counter, stop) -> None:
    if kind == "rows":
        rows, batch = model.Rows(), np.tile(np.float32([5.1, 3.5, 1.4, 0.2]), (ROWS_AT_ONCE, 1))
        step, items = (lambda: rows.predict(batch)), ROWS_AT_ONCE
    else:
        pictures = model.Pictures()
        step, items = (lambda: pictures.predict(model.prepare(picture)[None])), 1
    while not stop.is_set():
        step()
        with counter.get_lock():
            counter.value += items


def main() -> None:
    kind, picture, seconds = sys.argv[1], Path(sys.argv[2]).read_bytes(), float(sys.argv[3])
    counter, stop = multiprocessing.Value("q", 0), multiprocessing.Event()
    processes = [
        multiprocessing.Process(target=loop, args=(kind, picture, counter, stop))
        for _ in range(multiprocessing.cpu_count())
    ]
    for process in processes:
        process.start()
    time.sleep(WARM_UP)
    before, start = counter.value, time.perf_counter()
    time.sleep(seconds)
    print(round((counter.value - before) / (time.perf_counter() - start), 1))
    stop.set()
    for process in processes:
        process.join()


if __name__ == "__main__":
    main()
