"""`california-housing`: the median house value of a census block, in 100,000 US dollars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import r2_score, root_mean_squared_error
from sklearn.model_selection import train_test_split

from training import onnx_folder
from training.catalogue import GENERATED
from training.failure import TrainingFailure
from training.models.fitted import Fitted

TARGET = "median_house_value"
# Our column names, and those of the same table as scikit-learn writes it.
COLUMNS = {
    "median_income_in_block": "MedInc",
    "median_house_age_in_block": "HouseAge",
    "average_rooms": "AveRooms",
    "average_bedrooms": "AveBedrms",
    "population_per_block": "Population",
    "average_house_occupancy": "AveOccup",
    "block_latitude": "Latitude",
    "block_longitude": "Longitude",
}
TOWNS = ((34.05, -118.25), (37.77, -122.42), (32.72, -117.16), (38.58, -121.49), (36.75, -119.77))


def read(file: Path) -> pd.DataFrame:
    """The real table from a CSV file, under our names or scikit-learn's."""
    table = pd.read_csv(file)
    theirs = {old: new for new, old in COLUMNS.items()} | {"MedHouseVal": TARGET}
    table = table.rename(columns=theirs)
    missing = [name for name in (*COLUMNS, TARGET) if name not in table]
    if missing:
        raise TrainingFailure(f"{file.name} lacks the columns {', '.join(missing)}")
    return table[[*COLUMNS, TARGET]].dropna()


def generate(rows: int, seed: int) -> pd.DataFrame:
    """A table with the real one's columns and ranges; its values are invented."""
    random = np.random.default_rng(seed)
    town = random.choice(len(TOWNS), rows, p=(0.4, 0.25, 0.15, 0.1, 0.1))
    latitude = np.array(TOWNS)[town, 0] + random.normal(0, 0.5, rows)
    longitude = np.array(TOWNS)[town, 1] + random.normal(0, 0.4, rows)
    income = np.clip(random.lognormal(1.26, 0.45, rows), 0.4999, 15.0001)
    age = np.clip(random.normal(28.6, 12.6, rows).round(), 1, 52)
    rooms = np.clip(random.normal(3.6 + 0.47 * income, 0.9), 0.85, 40)
    coast = np.clip(longitude + 0.85 * (latitude - 34) + 118.5, -1.5, 4)
    value = 0.3 + 0.42 * income - 0.35 * coast + 0.008 * age + random.normal(0, 0.3, rows)
    return pd.DataFrame(
        {
            "median_income_in_block": income,
            "median_house_age_in_block": age,
            "average_rooms": rooms,
            "average_bedrooms": np.clip(random.normal(1.07, 0.09, rows), 0.33, 34),
            "population_per_block": np.clip(random.lognormal(7.06, 0.65, rows).round(), 3, 35682),
            "average_house_occupancy": np.clip(random.lognormal(1.04, 0.25, rows), 0.69, 20),
            "block_latitude": np.clip(latitude, 32.54, 41.95),
            "block_longitude": np.clip(longitude, -124.35, -114.31),
            TARGET: np.clip(value, 0.14999, 5.00001),
        }
    )


def fit(params: dict[str, Any], data: Path | None) -> Fitted:
    table = read(data) if data else generate(params["rows"], params["seed"])
    train_x, test_x, train_y, test_y = train_test_split(
        table[list(COLUMNS)],
        table[TARGET],
        test_size=params["test_share"],
        random_state=params["seed"],
    )
    trees = GradientBoostingRegressor(
        n_estimators=params["n_estimators"],
        max_depth=params["max_depth"],
        learning_rate=params["learning_rate"],
        random_state=params["seed"],
    )
    return Fitted(trees.fit(train_x.to_numpy(), train_y), train_x, test_x, test_y)


def convert(trees: GradientBoostingRegressor) -> Any:
    return to_onnx(
        trees,
        initial_types=[("rows", FloatTensorType([None, len(COLUMNS)]))],
        target_opset={"": onnx_folder.OPSET, "ai.onnx.ml": onnx_folder.ML_OPSET},
    )


def train(params: dict[str, Any], data: Path | None, folder: Path) -> dict[str, float]:
    fitted = fit(params, data)
    predicted = fitted.model.predict(fitted.unseen.to_numpy())
    measured_on = "" if data else "_on_generated_data"
    metrics = {
        f"rmse{measured_on}": float(root_mean_squared_error(fitted.truth, predicted)),
        f"r2{measured_on}": float(r2_score(fitted.truth, predicted)),
    }
    description = "Median house value of a Californian census block, in 100,000 US dollars"
    onnx_folder.save(
        folder,
        convert(fitted.model),
        ModelSignature(
            inputs=Schema([ColSpec("double", name) for name in COLUMNS]),
            outputs=Schema([ColSpec("float", TARGET)]),
        ),
        fitted.unseen.head(3).reset_index(drop=True),
        {
            "task": "tabular-regression",
            "description": f"{description}." if data else f"{description} ({GENERATED}).",
            "valueOutput": "variable",
            "target": TARGET,
            "data": "data from a file" if data else GENERATED,
            **metrics,
        },
        trained_on=fitted.seen,
    )
    return metrics
