"""A spec without what is wrong with it, so that the rest can be looked at: every mistake is told at once.

What cannot be used is left out, or replaced by what was probably meant: nothing but mistakes is made of the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from mtl.extensions import FEATURES, KINDS
from mtl.spec.document import Path
from mtl.spec.mistakes import MOST_EXPLAINED, TAG, places_in
from mtl.spec.study_spec import PARTS_ALONE, Spec

TIMES = 4
"""Mistakes may show once others are gone."""

NEEDED: Mapping[str, Any] = {"name": "study", "data": {"path": ""}, "schemes": ["equal"]}
"""What stands in for keys that no spec is without."""

OF_THE_KIND = ("metric", "loss", "balanced")
"""Keys of a task that are right or wrong for its kind."""


@dataclass(frozen=True)
class Changes:
    """What was changed.

    Attributes:
        left_out: by the keys of a list, the positions in it that were left out.
        renamed: by a key, what stands for it in the spec as it was written.
    """

    left_out: dict[Path, frozenset[int]] = field(default_factory=dict)
    renamed: dict[Path, Path] = field(default_factory=dict)

    def written(self, key: Path) -> Path:
        """A key as it was written, where positions count what was left out."""
        found: Path = ()
        for part in key:
            lacking = self.left_out.get(found, frozenset())
            found = (*found, str(_position(int(part), lacking)) if lacking else part)
            found = self.renamed.get(found, found)
        return found


@dataclass(frozen=True)
class Mended:
    """A spec, and what it differs by from what was written."""

    spec: Spec
    changes: Changes = Changes()


def mend(content: Mapping[Any, Any], wrong: Iterable[Path]) -> Mended | None:
    """The spec that plain values are without the keys that are wrong; None where none is left, or too many are.

    Args:
        content: what was written.
        wrong: the keys that lead to its mistakes.
    """
    changes = Changes()
    for _ in range(TIMES):
        wrong = set(wrong)
        if len(wrong) > MOST_EXPLAINED:
            return None
        # From the last on, so that positions stay what they are.
        for path in sorted(wrong, key=_in_order, reverse=True):
            content = _without(content, path, changes)
        content = {**NEEDED, **content}
        try:
            return Mended(Spec.model_validate(content, context=PARTS_ALONE), changes)
        except ValidationError as error:
            wrong = places_in(error, content)
    return None


def _in_order(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in path]


def _position(place: int, lacking: frozenset[int]) -> int:
    """The position in a whole list of what stands at `place` in the list without some."""
    for position in sorted(lacking):
        place += position <= place
    return place


def _without(content: Mapping[Any, Any], path: Path, changes: Changes) -> Mapping[Any, Any]:
    """The values without a key, or, where it was not written, without the part that lacks it."""
    for end in range(1 if path == ("split", TAG) else len(path), 0, -1):
        changed = _changed(content, path[:end], (), changes)
        if changed != content:
            return dict(changed)
    return content


def _changed(content: Any, path: Path, above: Path, changes: Changes) -> Any:  # noqa: ANN401  # plain values
    first, rest = path[0], path[1:]
    if isinstance(content, Mapping):
        named = next((key for key in content if str(key) == first), None)
        if named is not None and rest:
            return {**content, named: _changed(content[named], rest, (*above, first), changes)}
        others = {key: value for key, value in content.items() if str(key) != first}
        return _with_what_was_meant(others, (*above, first), content.get(named), changes)
    if isinstance(content, list) and first.isdecimal() and int(first) < len(content):
        place = int(first)
        if isinstance(content[place], Mapping) and rest not in ((), ("name",)):
            inner = _changed(content[place], rest, (*above, first), changes)
            return [*content[:place], inner, *content[place + 1 :]]
        lacking = changes.left_out.get(above, frozenset())
        changes.left_out[above] = lacking | {_position(place, lacking)}
        return [*content[:place], *content[place + 1 :]]
    return content


def _with_what_was_meant(
    others: Mapping[Any, Any],
    path: Path,
    wrong: Any,  # noqa: ANN401
    changes: Changes,
) -> Mapping[Any, Any]:
    """The keys beside a wrong one, and what other parts of the spec need of that."""
    match path:
        case ("features", kind) if kind not in FEATURES.names:
            near = [name for name in get_close_matches(kind, FEATURES.names, n=1) if name not in others]
            changes.renamed.update({("features", name): path for name in near})
            return {**others, **dict.fromkeys(near, wrong)}
        case ("tasks", name) if not isinstance(wrong, Mapping):
            return {**others, name: {"kind": KINDS.names[0]}}
        case ("tasks", _, "kind"):
            near = get_close_matches(str(wrong), KINDS.names, n=1) or list(KINDS.names)
            return {**{key: value for key, value in others.items() if key not in OF_THE_KIND}, "kind": near[0]}
        case ("schemes",):
            return {**others, "schemes": NEEDED["schemes"]}
    return others
