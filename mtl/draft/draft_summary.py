"""What a person at a terminal is told of a draft."""

from collections.abc import Iterator

from mtl.draft.drafted import Draft
from mtl.draft.some_names import some

LISTED = 12
"""Names in a line."""


def summary(draft: Draft) -> Iterator[str]:
    """What was found, for a terminal."""
    sample = draft.seen.sample
    spelled = ", ".join(f"{key} {value!r}" for key, value in sample.written.items())
    yield f"{sample.name}: {sample.which}, {sample.table.shape[1]:,} columns{f'; {spelled}' if spelled else ''}"
    yield f"Tasks: {some([f'{task.column} ({task.kind})' for task in draft.tasks], LISTED)}"
    yield f"Features: {', '.join(f'{len(names):,} {kind}' for kind, names in draft.features.items()) or 'none'}"
    for reason, names in draft.left_out.items():
        yield f"Left out: {some(names, LISTED)}: {reason}"
    yield f"Key: {', '.join(draft.key) or 'none'}. Split: by {draft.split.by} {draft.split.column or ''}".rstrip()
    if draft.doubts:
        yield "Not sure of:"
        yield from (f"  - {doubt}" for doubt in draft.doubts)
