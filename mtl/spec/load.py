"""From YAML text to a `Spec`; every mistake is one line that names the file, the line, the key and what is allowed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from mtl.errors import SpecError, UserError
from mtl.hints import did_you_mean
from mtl.shown import shortened
from mtl.spec.document import Document, read_document
from mtl.spec.mistakes import explain
from mtl.spec.study_spec import Spec
from mtl.storage import is_file


def load_spec(path_or_example: str | Path, examples: Mapping[str, Path] | None = None) -> Spec:
    """Read a spec from a path, or from the name of a shipped example.

    Raises:
        UserError: no such file and no such example, or a file that is not UTF-8 text.
        SpecError: the file is not a valid spec.
    """
    named = (examples or {}).get(str(path_or_example))
    path, shown = named or Path(path_or_example), shortened(str(path_or_example))
    if not is_file(path):
        known = sorted(examples or {})
        hint, listed = did_you_mean(path_or_example, known), ", ".join(known) or "none"
        raise UserError(f"SPEC: no file '{shown}'; {hint}give a path to a YAML file or an example: {listed}")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"SPEC: '{shown}' cannot be read as UTF-8 text: {error}") from error
    return parse_spec(text, path.name, path.parent)


def parse_spec(text: str, file: str = "spec", folder: Path | None = None) -> Spec:
    """Parse YAML text. `file` names it in messages; relative paths are resolved against `folder`.

    Raises:
        SpecError: one line per mistake.
    """
    document = read_document(text, file)
    if not isinstance(document.content, dict):
        raise SpecError(f"{file}:1: a spec is a mapping of keys; allowed: {', '.join(Spec.model_fields)}")
    try:
        spec = Spec.model_validate(document.content)
    except ValidationError as error:
        raise SpecError("\n".join(explain(error, Spec, document))) from error
    return _placed(spec, document, folder)


def _placed(spec: Spec, document: Document, folder: Path | None) -> Spec:
    spec._document = document
    if folder is None:
        return spec
    with _told_at(spec, "model", "text_encoder"):
        encoder = spec.model.text_encoder.below(folder)
    with _told_at(spec, "incumbents"):
        incumbents = {task: incumbent.below(folder) for task, incumbent in spec.incumbents.items()}
    with _told_at(spec, "data", spec.data.source_name):
        data = spec.data.below(folder)
    model = spec.model.model_copy(update={"text_encoder": encoder})
    return spec.model_copy(update={"data": data, "model": model, "incumbents": incumbents})


@contextmanager
def _told_at(spec: Spec, *key: str) -> Iterator[None]:
    """Give a mistake that the block finds its place in the spec."""
    try:
        yield
    except SpecError as error:
        raise SpecError(f"{spec.place(*key)}: {'.'.join(key)}: {error}") from error
