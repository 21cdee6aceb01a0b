"""The model inside the web process, in plain functions that run in FastAPI's thread pool."""

import model
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

app = FastAPI()
rows = model.Rows()
pictures = model.Pictures()


class Flower(BaseModel):
    sepal_length: float
    sepal_width: float
    petal_length: float
    petal_width: float


@app.post("/rows")
def predict_rows(flowers: list[Flower]) -> list[dict]:
    return rows.predict(model.rows_of([flower.model_dump() for flower in flowers]))


@app.post("/picture")
async def predict_picture(request: Request) -> list[dict]:
    content = await request.body()
    return await run_in_threadpool(lambda: pictures.predict(model.prepare(content)[None])[0])
