"""Trains molecule-rings v1 and v2 and writes their MLflow model folders."""

from __future__ import annotations

import json
import logging
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow.pytorch
import numpy as np
import torch
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec
from torch import Tensor, nn

from training import answers, picture, serving_example
from training.catalogue import SAMPLES
from training.molecules import drawing
from training.molecules.known import canonical, draw_samples
from training.molecules.network import RingCounter
from training.molecules.torchscript import strip_debug_records

SIDE = 150
SYNSET = ",".join(f"{n} ring" if n == 1 else f"{n} rings" for n in range(drawing.CLASSES))
TRAIN_SEED, HELD_OUT_SEED = 1, 2
HELD_OUT_PER_CLASS = 300


@dataclass(frozen=True)
class Release:
    name: str
    width: int
    epochs: int
    per_class: int
    seed: int


RELEASES = (
    Release("v1", width=10, epochs=8, per_class=1000, seed=11),
    Release("v2", width=14, epochs=15, per_class=2200, seed=12),
)


@dataclass(frozen=True)
class Pictures:
    """Inputs [N,3,SIDE,SIDE] uint8 and labels [N]."""

    inputs: Tensor
    labels: Tensor
    smiles: tuple[str, ...]

    def first_of_each(self, per_class: int) -> Pictures:
        kept = torch.cat(
            [torch.nonzero(self.labels == n)[:per_class, 0] for n in range(drawing.CLASSES)]
        )
        return Pictures(self.inputs[kept], self.labels[kept], tuple(self.smiles[i] for i in kept))

    def without(self, smiles: set[str]) -> Pictures:
        kept = [i for i, name in enumerate(self.smiles) if name not in smiles]
        return Pictures(self.inputs[kept], self.labels[kept], tuple(self.smiles[i] for i in kept))


def metadata(release: str, accuracy: float) -> dict[str, Any]:
    return {
        "task": "image-classification",
        "description": "How many rings the molecule in a drawing has.",
        "width": SIDE,
        "height": SIDE,
        "flag": "COLOR",
        "interpolation": "area",
        "background": "255,255,255",
        "applySoftmax": True,
        "topK": drawing.CLASSES,
        "synset": SYNSET,
        "accuracy": accuracy,
        "release": release,
        "data": "molecules drawn by RDKit",
    }


def drawn(per_class: int, seed: int) -> Pictures:
    started = time.monotonic()
    molecules = list(drawing.molecules(per_class, seed))
    described = metadata("", 0.0)
    pixels = [np.asarray(picture.resize(m.image, described)).transpose(2, 0, 1) for m in molecules]
    print(f"drew {len(molecules)} molecules, {time.monotonic() - started:.0f} s", flush=True)
    return Pictures(
        torch.from_numpy(np.stack(pixels)),
        torch.tensor([m.rings for m in molecules]),
        tuple(m.smiles for m in molecules),
    )


def fit(release: Release, pictures: Pictures, held_out: Pictures) -> RingCounter:
    torch.manual_seed(release.seed)
    network = RingCounter(release.width, drawing.CLASSES)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    batches = len(pictures.labels) // 64
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, release.epochs * batches)
    for epoch in range(1, release.epochs + 1):
        started = time.monotonic()
        network.train()
        for chosen in torch.randperm(len(pictures.labels))[: batches * 64].split(64):
            inputs = turned(pictures.inputs[chosen].float() / 255)
            loss = nn.functional.cross_entropy(network(inputs), pictures.labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        print(
            f"{release.name} epoch {epoch}/{release.epochs}: loss {loss.item():.3f}, "
            f"held-out accuracy {measure(network, held_out):.3f}, "
            f"{time.monotonic() - started:.0f} s",
            flush=True,
        )
    return network.eval()


def turned(inputs: Tensor) -> Tensor:
    """A mirrored or turned drawing shows as many rings."""
    quarter = int(torch.randint(4, ()))
    inputs = torch.rot90(inputs, quarter, dims=(2, 3))
    return inputs.flip(3) if torch.rand(()) < 0.5 else inputs


def measure(network: nn.Module, pictures: Pictures) -> float:
    network.eval()
    with torch.inference_mode():
        guesses = [network(batch.float() / 255).argmax(1) for batch in pictures.inputs.split(128)]
    return float((torch.cat(guesses) == pictures.labels).float().mean())


def save(network: nn.Module, described: dict[str, Any], folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    # MLflow warns that it pickles; a scripted module is saved as TorchScript all the same.
    logging.getLogger("mlflow.pytorch").setLevel(logging.ERROR)
    shape = (-1, 3, SIDE, SIDE)
    # Black and white, which JSON writes short.
    tensor = picture.tensor((SAMPLES / "molecule.png").read_bytes(), described)
    mlflow.pytorch.save_model(
        torch.jit.script(network),
        folder,
        signature=ModelSignature(
            inputs=Schema([TensorSpec(np.dtype(np.float32), shape, "picture")]),
            outputs=Schema([TensorSpec(np.dtype(np.float32), (-1, drawing.CLASSES), "scores")]),
        ),
        input_example=np.round(tensor),
        metadata=described,
        pip_requirements=[f"torch=={torch.__version__.partition('+')[0]}"],
        serialization_format="pickle",
    )
    strip_debug_records(folder / "data" / "model.pth")
    serving_example.drop(folder)


def reference(folder: Path, described: dict[str, Any]) -> list[dict[str, Any]]:
    """What torch answers for every molecule among the samples."""
    network = torch.jit.load(folder / "data" / "model.pth")
    names = answers.labels(described)
    cases = []
    for file in [SAMPLES / "molecule.png", *sorted((SAMPLES / "molecules").glob("*.png"))]:
        with torch.inference_mode():
            inputs = torch.from_numpy(picture.tensor(file.read_bytes(), described))
            scores = network(inputs)[0].numpy()
        cases.append(
            {
                "input": file.relative_to(SAMPLES).as_posix(),
                "expected": answers.of_picture(scores, names, described),
            }
        )
    return cases


def train_releases(out: Path) -> None:
    torch.use_deterministic_algorithms(True)
    draw_samples(SAMPLES)
    held_out = drawn(HELD_OUT_PER_CLASS, HELD_OUT_SEED)
    largest = max(release.per_class for release in RELEASES)
    pictures = drawn(largest, TRAIN_SEED).without(canonical() | set(held_out.smiles))
    for release in RELEASES:
        network = fit(release, pictures.first_of_each(release.per_class), held_out)
        described = metadata(release.name, round(measure(network, held_out), 4))
        folder = out / release.name
        save(network, described, folder)
        kept = out / f"reference-{release.name}.json"
        kept.write_text(json.dumps(reference(folder, described), indent=1) + "\n", encoding="utf-8")
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        print(f"{folder}: accuracy {described['accuracy']}, {size // 1024} KiB", flush=True)
