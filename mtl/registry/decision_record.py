"""A decision as a version of the registry keeps it: a document for each study that judged it, added and never changed.

The document lies in a tag of the version. It covers the digest of every file of the version, of the data, the
evidence and the policy, and says who asked; signed, it cannot be made by someone who can write to the registry alone.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from mtl.registry.signing import Keys

RECORD_TAG = "decision."
"""Followed by the id of the study's run in MLflow."""


@dataclass(frozen=True)
class Origin:
    """What a decision follows from.

    Attributes:
        study: the id of the study's run in MLflow.
        data: the digest of the rows.
        evidence: the sha256 of the file that the decision can be made from again.
        policy: the digest of what the gate asked and of the version of its rules.
    """

    study: str
    data: str
    evidence: str
    policy: str


@dataclass(frozen=True)
class DecisionRecord:
    """A decision on a version.

    Attributes:
        at: UTC, ISO 8601, to the microsecond: decisions on a version are in this order.
        compared: the version that was champion then; None where there was none.
        asked_by: the user and the host whose study it was.
        files: the digest of the names and contents of all the version's files.
        bundle: of those that are served.
        signature: Ed25519, in base64, of all the rest; empty where there was no key.
    """

    model: str
    version: str
    promote: bool
    sentence: str
    at: str
    compared: str | None
    asked_by: str
    origin: Origin
    files: str
    bundle: str
    signature: str = ""

    @property
    def document(self) -> bytes:
        """What is signed: all but the signature, as JSON with sorted keys."""
        plain = asdict(replace(self, signature=""))
        return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()

    def signed(self, keys: Keys) -> "DecisionRecord":
        """With a signature, if there is a key to sign with."""
        return replace(self, signature=keys.sign(self.document))

    @property
    def tag(self) -> tuple[str, str]:
        """The name and the value of its tag."""
        return f"{RECORD_TAG}{self.origin.study}", json.dumps(asdict(self), sort_keys=True)


def records_of(tags: Mapping[str, str]) -> tuple[DecisionRecord, ...]:
    """The decisions among the tags of a version, the earliest first; what is no decision is passed over."""
    found = [_read(value) for name, value in tags.items() if name.startswith(RECORD_TAG)]
    return tuple(sorted((record for record in found if record is not None), key=lambda record: record.at))


def _read(text: str) -> DecisionRecord | None:
    try:
        plain = json.loads(text)
        return DecisionRecord(**{**plain, "origin": Origin(**plain["origin"])})
    except (ValueError, TypeError, KeyError):
        return None
