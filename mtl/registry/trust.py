"""Is a version what its decision was about, and was that decision made by someone who is trusted?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts

from mtl.errors import PromotionRefusedError
from mtl.process_identity import who_asks
from mtl.provenance import folder_digest
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.decision_record import DecisionRecord, Origin, records_of
from mtl.registry.records import Champion, ModelVersion, NoChampion
from mtl.registry.signing import Keys
from mtl.registry.versions import BUNDLE, COMPARED_TAG, DECISION_TAG, NONE, SENTENCE_TAG, version_of
from mtl.registry.vouching import is_vouched, named


def record_decision(
    registry: Registry,
    model: ModelVersion,
    decided: tuple[bool, str],
    champion: Champion | NoChampion,
    origin: Origin,
    keys: Keys,
) -> ModelVersion:
    """Add a study's decision to a version, and return the version with it.

    The tags that MLflow's pages show say the latest decision, but for a champion: they go on saying why it serves.

    Args:
        decided: whether to promote, and the decision's sentence.
        champion: whom the decision rests on.

    Raises RegistryUnreachableError.
    """
    promote, sentence = decided
    compared = champion.version if isinstance(champion, Champion) else None
    with reaching(registry, f"record the decision on {model}") as client:
        files, bundle = _digests(client, registry, model)
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        named = (model.name, model.version, promote, sentence, at, compared, who_asks())
        record = DecisionRecord(*named, origin, files, bundle).signed(keys)
        for name, value in (record.tag, *(_shown(record) if compared != model.version else ())):
            client.set_model_version_tag(model.name, model.version, name, value)
        return version_of(client, model.name, model.version)


def _shown(record: DecisionRecord) -> Iterator[tuple[str, str]]:
    yield DECISION_TAG, "promote" if record.promote else "reject"
    yield SENTENCE_TAG, record.sentence
    yield COMPARED_TAG, record.compared or NONE


@dataclass(frozen=True)
class Verified:
    """What came of looking at a version.

    Attributes:
        record: its latest decision; None where there is none of this kind.
        problems: sentences; empty where all is as it was decided on.
        signed: whether the trusted key vouches for the decision; None where no key is trusted.
    """

    model: ModelVersion
    record: DecisionRecord | None
    problems: tuple[str, ...]
    signed: bool | None


def verify_version(registry: Registry, model: ModelVersion, keys: Keys) -> Verified:
    """Compare every file of a version with what its latest decision says. Raises RegistryUnreachableError."""
    with reaching(registry, f"verify {model}") as client:
        current = version_of(client, model.name, model.version)
        record = latest_record(current, keys)
        digests = _digests(client, registry, current) if record else ("", "")
    problems = tuple(_problems(current, record, digests, keys))
    return Verified(current, record, problems, is_vouched(record, keys) if keys.trusted else None)


def require_trusted(registry: Registry, model: ModelVersion, keys: Keys) -> None:
    """Refuse a version that is not what was decided on, or, where a key is trusted, that it does not vouch for.

    Raises PromotionRefusedError and RegistryUnreachableError.
    """
    found = verify_version(registry, model, keys)
    if found.record is None and not keys.trusted:
        return  # decided on before decisions were documents, or by tags alone
    problems = [*found.problems]
    if found.record and not found.record.promote:
        problems.append("its latest decision is to reject")
    if problems:
        raise PromotionRefusedError(f"{model} is not to be promoted: {'; '.join(problems)}")


def latest_record(model: ModelVersion, keys: Keys) -> DecisionRecord | None:
    """The latest decision on a version; where a key is trusted, of those that it vouches for, if there are any."""
    records = [record for record in records_of(model.tags) if (record.model, record.version) == named(model)]
    vouched = [record for record in records if is_vouched(record, keys)] if keys.trusted else []
    return max(vouched or records, key=lambda record: record.at, default=None)


def _problems(
    model: ModelVersion, record: DecisionRecord | None, digests: tuple[str, str], keys: Keys
) -> Iterator[str]:
    if record is None:
        yield "it has no decision document; `mtl run` or `mtl judge` makes one"
        return
    files, bundle = digests
    if bundle != record.bundle:
        yield "the files that are served are not those that were decided on"
    elif files != record.files:
        yield "MLflow's description or the copy of the code, which MLflow's own server runs, is not what was decided on"
    if keys.trusted and not record.signature:
        yield "its decision is not signed"
    elif keys.trusted and not is_vouched(record, keys):
        yield "its decision was changed, or signed with another key than the trusted one"


def _digests(client: MlflowClient, registry: Registry, model: ModelVersion) -> tuple[str, str]:
    """Of all files of a version, and of its bundle, as the registry has them now."""
    stored = client.get_model_version_download_uri(model.name, model.version)
    with TemporaryDirectory(prefix="mtl-version-") as folder:
        got = Path(download_artifacts(stored, dst_path=folder, tracking_uri=registry.tracking_uri))
        return folder_digest(got), folder_digest(got / "artifacts" / BUNDLE)
