"""What a trusted key vouches for. Free of MLflow's client: a server asks this at each look for its champion."""

from mtl.errors import MtlError
from mtl.registry.decision_record import DecisionRecord, records_of
from mtl.registry.records import DIGEST_TAG, ModelVersion
from mtl.registry.signing import Keys


def vouched_bundle(model: ModelVersion, keys: Keys) -> str:
    """The digest of the bundle that may be served as a version: the one in its tags, if no key is trusted.

    Raises MtlError when a key is trusted that vouches for no decision to promote this version.
    """
    if not keys.trusted:
        return model.tags.get(DIGEST_TAG, "")
    records = [record for record in records_of(model.tags) if (record.model, record.version) == named(model)]
    vouched = [record for record in records if record.promote and is_vouched(record, keys)]
    if not vouched:
        raise MtlError(
            f"{model} is not served: no decision to promote it is signed with the trusted key; see `mtl verify`"
        )
    return vouched[-1].bundle


def named(model: ModelVersion) -> tuple[str, str]:
    """As a record names its version."""
    return model.name, model.version


def is_vouched(record: DecisionRecord | None, keys: Keys) -> bool:
    """Whether the trusted key, which there must be, has signed a decision."""
    return record is not None and keys.accept(record.document, record.signature)
