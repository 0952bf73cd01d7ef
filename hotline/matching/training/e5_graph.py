"""Draws `e5.onnx`: the layers of the encoder as a graph of onnxruntime's fused operators.

Weights are named and shaped here and given when it is loaded (`e5_encoder.py`), so the file is
small and belongs to nobody's model. Operators: https://onnxruntime.ai docs, `com.microsoft` domain.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import onnx
from onnx import TensorProto, helper

from hotline.matching.e5 import WIDTH
from hotline.matching.e5_encoder import MATRICES, PLAIN

LAYERS = 10
_HEADS = 12
_FUSED = "com.microsoft"
_SHAPES = {
    "attend": (WIDTH, 3 * WIDTH),
    "out": (WIDTH, WIDTH),
    "widen": (WIDTH, 4 * WIDTH),
    "narrow": (4 * WIDTH, WIDTH),
}
_UNEVEN = {"widen", "narrow"}
"""Rows that go into these differ thirtyfold in size: one scale for all of them loses the small."""
_ONNX, _OPERATORS, _FUSED_OPERATORS = 10, 21, 1


def drawn() -> bytes:
    """The graph: `rows` (1 x tokens x 384) in, `middle` (1 x 384) out."""
    nodes: list[onnx.NodeProto] = []
    rows = "rows"
    for number in range(LAYERS):
        layer = list(_layer(f"{number}.", rows))
        nodes += layer
        rows = layer[-1].output[0]
    nodes.append(helper.make_node("ReduceMean", [rows, "tokens"], ["middle"], keepdims=0))
    graph = helper.make_graph(
        nodes,
        "e5",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [1, "tokens", WIDTH])],
        [helper.make_tensor_value_info("middle", TensorProto.FLOAT, [1, WIDTH])],
        [*_constants(), *_promised()],
    )
    versions = [
        helper.make_opsetid("", _OPERATORS),
        helper.make_opsetid(_FUSED, _FUSED_OPERATORS),
    ]
    model = helper.make_model(graph, opset_imports=versions, ir_version=_ONNX)
    whole: bytes = model.SerializeToString(deterministic=True)
    return whole


def _layer(at: str, rows: str) -> Iterator[onnx.NodeProto]:
    yield from _multiplied(at, "attend", rows)
    parts = [f"{at}asked", f"{at}known", f"{at}told"]
    yield helper.make_node("Split", [f"{at}attend"], parts, axis=2, num_outputs=3)
    yield _fused("MultiHeadAttention", parts, f"{at}seen", num_heads=_HEADS)
    yield from _multiplied(at, "out", f"{at}seen")
    yield _settled(at, [rows, f"{at}out"], "calm", "out.b")
    yield from _multiplied(at, "widen", f"{at}calm")
    yield _fused("BiasGelu", [f"{at}widen", f"{at}widen.b"], f"{at}gate")
    yield from _multiplied(at, "narrow", f"{at}gate")
    yield _settled(at, [f"{at}calm", f"{at}narrow"], "settle", "narrow.b")


def _multiplied(at: str, matrix: str, rows: str) -> Iterator[onnx.NodeProto]:
    """Rows in 8 bits, scaled anew for each text, times a matrix in 8 bits."""
    name = f"{at}{matrix}"
    if matrix in _UNEVEN:
        size, even, product = f"{name}.size", f"{name}.even", f"{name}.product"
        yield helper.make_node("Abs", [rows], [f"{name}.sizes"])
        yield helper.make_node("ReduceMax", [f"{name}.sizes", "numbers"], [size], keepdims=1)
        yield helper.make_node("Div", [rows, size], [even])
        yield from _product(name, even, [], product)
        yield helper.make_node("Mul", [product, size], [name])
    else:
        bias = MATRICES[matrix]
        yield from _product(name, rows, [] if bias is None else [at + bias], name)


def _product(name: str, rows: str, bias: Sequence[str], made: str) -> Iterator[onnx.NodeProto]:
    small = [f"{name}.{part}" for part in ("rows", "rows.scale", "rows.zero")]
    yield helper.make_node("DynamicQuantizeLinear", [rows], small)
    given = [small[0], f"{name}.w", small[1], f"{name}.scale", small[2], "zero", *bias]
    yield _fused("MatMulIntegerToFloat", given, made)


def _settled(at: str, rows: Sequence[str], name: str, bias: str) -> onnx.NodeProto:
    """Two rows and a bias added, and the sum normalized."""
    given = [*rows, f"{at}{name}.w", f"{at}{name}.b", at + bias]
    return _fused("SkipLayerNormalization", given, at + name, epsilon=1e-12)


def _fused(operator: str, given: Sequence[str], made: str, **more: Any) -> onnx.NodeProto:
    return helper.make_node(operator, given, [made], domain=_FUSED, **more)


def _constants() -> Iterator[onnx.TensorProto]:
    yield helper.make_tensor("zero", TensorProto.INT8, [], [0])
    yield helper.make_tensor("tokens", TensorProto.INT64, [1], [1])  # axes
    yield helper.make_tensor("numbers", TensorProto.INT64, [1], [2])


def _promised() -> Iterator[onnx.TensorProto]:
    """Every weight by name, type and shape, without its numbers."""
    for number in range(LAYERS):
        for matrix, bias in MATRICES.items():
            shape = _SHAPES[matrix]
            yield _outside(f"{number}.{matrix}.w", TensorProto.INT8, shape)
            yield _outside(f"{number}.{matrix}.scale", TensorProto.FLOAT, shape[1:])
            if bias is not None:
                yield _outside(f"{number}.{bias}", TensorProto.FLOAT, shape[1:])
        for name in PLAIN:
            width = 4 * WIDTH if name == "widen.b" else WIDTH
            yield _outside(f"{number}.{name}", TensorProto.FLOAT, (width,))


def _outside(name: str, kind: int, shape: Sequence[int]) -> onnx.TensorProto:
    tensor = onnx.TensorProto(name=name, data_type=kind, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="given when it is loaded")
    return tensor
