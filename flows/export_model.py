"""`mtl export`: a version of a model for other runtimes."""

from pathlib import Path

from flows.arguments import require_name, require_place
from flows.served_model import served_version
from mtl.errors import MtlError, UserError
from mtl.serving.bundle import Bundle
from mtl.serving.onnx_export import export_onnx
from mtl.serving.onnx_graph import OPSET


def export_model(name: str, out: Path, version: str | None) -> str:
    """Write a version to `out` as ONNX.

    Returns:
        What became of it, in a sentence.

    Raises:
        UserError: what is no name, version or place for the result.
        MtlError, RegistryUnreachableError: as `served_version` and `export_onnx` do.
    """
    require_name(name)
    _require_place(out)
    served = served_version(name, version)
    if not isinstance(served.predictor, Bundle):
        raise MtlError(f"version {served.version} of {name} is no bundle")
    about = {"mtl.model": name, "mtl.version": served.version, "mtl.bundle": served.predictor.digest}
    outputs = export_onnx(served.predictor, about, out)
    checked = "run by onnxruntime, it predicts the version's own example within 1e-5"
    return f"version {served.version} of {name}: {out}, opset {OPSET}, outputs {', '.join(outputs)}; {checked}"


def _require_place(out: Path) -> None:
    if out.suffix.lower() != ".onnx" or out.is_dir():
        raise UserError(f"OUT: expected the name of an .onnx file; got '{out}'")
    require_place(out)
