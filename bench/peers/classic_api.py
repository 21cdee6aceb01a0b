"""The pattern from which Sluice descends.

The web process puts the input on a Redis list and looks for the answer until it is there.
"""

import asyncio
import base64
import json
import os
import uuid

import model
import redis.asyncio
from fastapi import FastAPI, Request
from pydantic import BaseModel

SLEEP = 0.05
app = FastAPI()
db = redis.asyncio.Redis(port=int(os.environ["BENCH_REDIS_PORT"]))


class Flower(BaseModel):
    sepal_length: float
    sepal_width: float
    petal_length: float
    petal_width: float


async def answer(queue: str, content: str) -> object:
    key = str(uuid.uuid4())
    await db.rpush(queue, json.dumps({"id": key, "input": content}))
    while True:
        output = await db.get(key)
        if output is not None:
            await db.delete(key)
            return json.loads(output)
        await asyncio.sleep(SLEEP)


@app.post("/rows")
async def predict_rows(flowers: list[Flower]) -> object:
    return await answer("rows", json.dumps([flower.model_dump() for flower in flowers]))


@app.post("/picture")
async def predict_picture(request: Request) -> object:
    # As in the pattern: decoded in the web process, and on its way as base64 of its numbers.
    content = await request.body()
    tensor = await asyncio.to_thread(model.prepare, content)
    return await answer("pictures", base64.b64encode(tensor.tobytes()).decode())
