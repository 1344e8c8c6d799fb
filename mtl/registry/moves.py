"""The logs of the aliases `champion` and `anchor`: every move as a tag of the registered model, never changed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from mlflow import MlflowClient

from mtl.process_identity import who_asks

MOVE_TAG, ANCHOR_MOVE_TAG = "champion.move.", "anchor.move."
"""Followed by the number of the lease under which the alias moved, so that no two moves have one tag."""

Kind = Literal["promotion", "rollback"]


@dataclass(frozen=True)
class Move:
    """An alias moved to `version`, from `previous` (None: no version had it).

    Attributes:
        at: UTC, ISO 8601.
        by: the user and the host.
        why: the sentence of the decision that a promotion rests on, or of what a rollback was caused by.
    """

    kind: Kind
    version: str
    previous: str | None
    at: str
    by: str
    why: str = ""


def new_move(kind: Kind, version: str, previous: str | None, why: str = "") -> Move:
    """A move of this process, now."""
    return Move(kind, version, previous, datetime.now(UTC).isoformat(timespec="seconds"), who_asks(), why)


def log_move(client: MlflowClient, name: str, move: Move, lease_number: int, tag: str = MOVE_TAG) -> None:
    """Add a move to a log of the model `name`."""
    client.set_registered_model_tag(name, f"{tag}{lease_number:010d}", json.dumps(asdict(move)))


def logged_moves(tags: Mapping[str, str], tag: str = MOVE_TAG) -> tuple[Move, ...]:
    """The moves of an alias among the tags of a registered model, the earliest first."""
    return tuple(Move(**json.loads(tags[key])) for key in sorted(tags) if key.startswith(tag))
