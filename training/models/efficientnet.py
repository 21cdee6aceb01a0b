"""EfficientNet-lite0 written as an ONNX graph, without torch.

The network: Tan and Le, https://arxiv.org/abs/1905.11946; the lite variant has no
squeeze-and-excitation, uses ReLU6, and keeps stem and head at their size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.onnx_folder import OPSET

Weights = dict[str, np.ndarray]

BATCH_NORM_EPSILON = 1e-3
CLASSES = 1000
# Repeats, kernel, stride of the first, expansion, output channels.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


@dataclass(frozen=True)
class Block:
    """An inverted residual: expand (unless 1), depthwise, project, add when shapes agree."""

    kernel: int
    stride: int
    expansion: int
    residual: bool


def blocks() -> Iterator[Block]:
    for repeats, kernel, stride, expansion, _ in STAGES:
        yield Block(kernel, stride, expansion, residual=False)
        for _ in range(repeats - 1):
            yield Block(kernel, 1, expansion, residual=True)


class Graph:
    """Nodes and constants, appended in the order in which they run."""

    def __init__(self, weights: Weights, size: int) -> None:
        self.weights = weights
        self.size = size
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {
            "zero": np.array(0, np.float32),
            "six": np.array(6, np.float32),
        }

    def node(self, kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def convolution(
        self, source: str, name: str, norm: str, stride: int = 1, depthwise: bool = False
    ) -> str:
        """A convolution with its batch normalisation folded into weight and bias."""
        kernel = self.weights[f"{name}.weight"]
        scale = self.weights[f"{norm}.weight"] / np.sqrt(
            self.weights[f"{norm}.running_var"] + BATCH_NORM_EPSILON
        )
        self.constants[f"{name}.weight"] = kernel * scale[:, None, None, None]
        self.constants[f"{name}.bias"] = (
            self.weights[f"{norm}.bias"] - self.weights[f"{norm}.running_mean"] * scale
        )
        before, after = self.same_padding(kernel.shape[-1], stride)
        return self.node(
            "Conv",
            [source, f"{name}.weight", f"{name}.bias"],
            name,
            kernel_shape=kernel.shape[-2:],
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=kernel.shape[0] if depthwise else 1,
        )

    def same_padding(self, kernel: int, stride: int) -> tuple[int, int]:
        """TensorFlow's SAME: what is odd is padded after."""
        out = -(-self.size // stride)
        total = max((out - 1) * stride + kernel - self.size, 0)
        self.size = out
        return total // 2, total - total // 2

    def relu6(self, source: str) -> str:
        return self.node("Clip", [source, "zero", "six"], f"{source}.relu6")

    def block(self, source: str, name: str, block: Block) -> str:
        x = source
        if block.expansion > 1:
            x = self.relu6(self.convolution(x, f"{name}._expand_conv", f"{name}._bn0"))
        x = self.convolution(
            x, f"{name}._depthwise_conv", f"{name}._bn1", block.stride, depthwise=True
        )
        x = self.convolution(self.relu6(x), f"{name}._project_conv", f"{name}._bn2")
        return self.node("Add", [x, source], f"{name}.add") if block.residual else x


def build(weights: Weights, size: int) -> onnx.ModelProto:
    """Input `image` [N,3,size,size], output `logits` [N,1000]."""
    graph = Graph(weights, size)
    x = graph.relu6(graph.convolution("image", "_conv_stem", "_bn0", stride=2))
    for index, block in enumerate(blocks()):
        x = graph.block(x, f"_blocks.{index}", block)
    x = graph.relu6(graph.convolution(x, "_conv_head", "_bn1"))
    x = graph.node("GlobalAveragePool", [x], "pool")
    x = graph.node("Flatten", [x], "features", axis=1)
    graph.constants |= {name: weights[name] for name in ("_fc.weight", "_fc.bias")}
    graph.node("Gemm", [x, "_fc.weight", "_fc.bias"], "logits", transB=1)
    proto = helper.make_graph(
        graph.nodes,
        "efficientnet-lite0",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, size, size])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])],
        [numpy_helper.from_array(value, name) for name, value in graph.constants.items()],
    )
    return helper.make_model(
        proto, producer_name="sluice", opset_imports=[helper.make_opsetid("", OPSET)]
    )
