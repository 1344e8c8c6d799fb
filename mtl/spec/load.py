"""From YAML text to a `Spec`; every mistake is one line that names the file, the line, the key and what is allowed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from mtl.errors import SpecError, UserError
from mtl.hints import did_you_mean
from mtl.shown import shortened
from mtl.spec.consistency import inconsistencies
from mtl.spec.document import Path as Keys
from mtl.spec.document import read_document
from mtl.spec.mending import Mended, mend
from mtl.spec.mistakes import as_lines, explain
from mtl.spec.named_columns import unknown_columns
from mtl.spec.study_spec import PARTS_ALONE, Spec
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
    wrong: dict[Keys, str] = {}
    try:
        mended: Mended | None = Mended(Spec.model_validate(document.content, context=PARTS_ALONE))
    except ValidationError as error:
        wrong = explain(error, Spec, document)
        mended = mend(document.content, list(wrong))
    found = {**wrong, **_between_parts(mended, folder, wrong)} if mended else wrong
    if found or not mended:
        raise SpecError("\n".join(as_lines(found, document)))
    mended.spec._document = document
    return _placed(mended.spec, folder)


def _between_parts(mended: Mended, folder: Path | None, wrong: Mapping[Keys, str]) -> dict[Keys, str]:
    """What is wrong between the parts of a spec, by the keys that lead to it; `wrong`: what is wrong with them.

    If anything is, the columns that its data lack are told, too, as far as these are known without reading them. What
    follows from a mistake that is told is none of its own.
    """
    spec, changes = mended.spec, mended.changes
    mistakes = list(inconsistencies(spec))
    if wrong or mistakes:
        with suppress(SpecError):
            columns = spec.data.below(folder or Path()).source.column_names()
            mistakes += unknown_columns(spec, columns) if columns is not None else ()
    told = [key for key in wrong if key not in changes.renamed.values()]
    found: dict[Keys, str] = {}
    for problem, key in mistakes:
        written = changes.written(key)
        if not any(_leads_to(written, other) or _leads_to(other, written) for other in told):
            found.setdefault(written, problem)
    return found


def _leads_to(key: Keys, other: Keys) -> bool:
    return other[: len(key)] == key


def _placed(spec: Spec, folder: Path | None) -> Spec:
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
