"""EfficientNet-lite0 as it was written here recognises what it was trained to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from training import answers, picture
from training.catalogue import SAMPLES
from training.models import weights
from training.tests.conftest import Champion


@pytest.mark.parametrize(("name", "shown"), [("flower.jpg", "daisy"), ("china.jpg", "palace")])
def test_what_a_photograph_shows_is_on_top(
    champions: dict[str, Champion], name: str, shown: str
) -> None:
    champion = champions["imagenet"]
    graph = onnxruntime.InferenceSession(champion.folder / "model.onnx")
    tensor = picture.tensor((SAMPLES / name).read_bytes(), champion.metadata)
    (scores,) = graph.run(None, {"image": np.concatenate([tensor, tensor])})
    assert np.allclose(scores[0], scores[1], atol=1e-4)
    labels = answers.labels(champion.metadata, champion.folder)
    best = answers.of_picture(scores[0], labels, champion.metadata)
    assert best["label"] == shown
    assert len(best["top"]) == champion.metadata["topK"]


def test_one_changed_byte_in_the_weights_is_refused(tmp_path: Path) -> None:
    content = bytearray(weights.installed().read_bytes())
    content[-1] ^= 1
    tampered = tmp_path / "efficientnet.pth"
    tampered.write_bytes(content)
    with pytest.raises(weights.TamperedWeights, match="sha256"):
        weights.load(tampered)


def test_the_fast_reading_equals_tinygrads_own() -> None:
    ours = weights.load(weights.installed())
    from tinygrad.nn.state import torch_load

    theirs = torch_load(str(weights.installed()))
    # One of each kind, and small: tinygrad's own way takes a second for 100,000 numbers.
    for name in (
        "_conv_stem.weight",
        "_blocks.3._depthwise_conv.weight",
        "_blocks.1._expand_conv.weight",
        "_bn1.bias",
    ):
        assert np.array_equal(ours[name], theirs[name].numpy()), name
