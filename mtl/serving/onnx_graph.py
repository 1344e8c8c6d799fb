"""Writing a graph of ONNX: nodes that are called like functions, constants that are handed over as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET, ML_OPSET, IR_VERSION = 18, 3, 9
"""Of 2023: runtimes of since then read the file."""

ML = "ai.onnx.ml"

Value = str
"""The name of a tensor."""

Attribute = int | float | str | list[int] | list[str]


@dataclass(eq=False)
class Graph:
    """A graph that grows. Tensors between its inputs and outputs have names that begin with `/`."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    inputs: list[onnx.ValueInfoProto] = field(default_factory=list)
    outputs: list[onnx.ValueInfoProto] = field(default_factory=list)

    def column(self, name: str, number: bool) -> Value:
        """An input [N, 1] of float64 or strings."""
        kind = TensorProto.DOUBLE if number else TensorProto.STRING
        self.inputs.append(helper.make_tensor_value_info(name, kind, ["N", 1]))
        return name

    def call(
        self, operator: str, *given: Value | NDArray[np.generic], domain: str = "", **attributes: Attribute
    ) -> Value:
        """What an operator gives of tensors and constants."""
        read = [each if isinstance(each, str) else self._constant(each) for each in given]
        found = f"/{operator}_{len(self.nodes)}"
        node = helper.make_node(operator, read, [found], domain=domain)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self.nodes.append(node)
        return found

    def joined(self, values: list[Value], axis: int = 1) -> Value:
        """Tensors side by side."""
        return values[0] if len(values) == 1 else self.call("Concat", *values, axis=axis)

    def cast(self, value: Value, dtype: type[np.generic]) -> Value:
        """A tensor as another type of numbers."""
        return self.call("Cast", value, to=int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype))))

    def answer(self, name: str, value: Value, width: int) -> None:
        """Have a tensor [N, width] of float64 be an output of that name."""
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N", width]))

    def model(self, name: str, text: str, about: Mapping[str, str]) -> onnx.ModelProto:
        """The whole; raises what `onnx.checker` does where it is none."""
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)]
        made = helper.make_model(
            graph, opset_imports=opsets, producer_name="mtl", doc_string=text, ir_version=IR_VERSION
        )
        helper.set_model_props(made, dict(about))
        onnx.checker.check_model(made, full_check=True)
        return made

    def _constant(self, array: NDArray[np.generic]) -> Value:
        name = f"/constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name
