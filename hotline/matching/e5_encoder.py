"""The layers of e5 by onnxruntime, in 8 bits.

The graph travels as `e5.onnx` without any weight (`training/e5_graph.py` draws it); the weights are
put into it by name when it is loaded. They keep to 7 bits: on processors without VNNI two products
of 8 bits overflow the 16 that hold their sum, which costs more accuracy than the lost bit.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotline.matching.terms import Floats

Weights = Mapping[str, Floats]
_LARGEST = 63
_FLOAT, _INT8 = 1, 3
"""Of `TensorProto.DataType` in the ONNX standard."""
MATRICES = {"attend": "attend.b", "out": None, "widen": None, "narrow": None}
"""Matrices of a layer (inputs x outputs), each with the bias that is added while multiplying."""
PLAIN = ("calm.w", "calm.b", "out.b", "widen.b", "settle.w", "settle.b", "narrow.b")
"""What else a layer has, as it is."""


class OnnxEncoder:
    """An `Encoder`; holds about 40 MB, runs on the thread that calls it and lets others run."""

    def __init__(self, layers: Iterable[Weights]) -> None:
        import onnxruntime  # of the extra `semantic`, which may be absent

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._weights = dict(_initializers(layers))
        values = [_borrowed(weight) for weight in self._weights.values()]
        options.add_external_initializers(list(self._weights), values)
        graph = (files("hotline.matching") / "e5.onnx").read_bytes()
        self._session: Any = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, rows: Floats) -> Floats:
        (middle,) = self._session.run(None, {"rows": rows[None]})
        whole: Floats = middle[0]
        return whole


def _borrowed(weight: NDArray[Any]) -> Any:
    """The same memory as a value of onnxruntime, which does not keep it alive."""
    from onnxruntime import OrtValue

    kind = _INT8 if weight.dtype == np.int8 else _FLOAT
    return OrtValue.ortvalue_from_numpy_with_onnx_type(weight, kind)


def _initializers(layers: Iterable[Weights]) -> Iterator[tuple[str, NDArray[Any]]]:
    for number, layer in enumerate(layers):
        for matrix, bias in MATRICES.items():
            whole, scales = _in_7_bits(layer[f"{matrix}.w"])
            yield f"{number}.{matrix}.w", np.ascontiguousarray(whole)
            yield f"{number}.{matrix}.scale", scales
            if bias is not None:
                yield f"{number}.{bias}", layer[bias]
        for name in PLAIN:
            yield f"{number}.{name}", layer[name]


def _in_7_bits(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers and the scale of each column."""
    scales = (np.abs(matrix).max(axis=0) / _LARGEST).astype(np.float32)
    return np.rint(matrix / scales).astype(np.int8), scales
