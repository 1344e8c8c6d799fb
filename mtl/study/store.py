"""Where a study's files are. Everything that can be computed again lies under the digest of what it follows from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Store:
    """The folders below one root.

    Attributes:
        root: everything that the program stores.
    """

    root: Path

    @property
    def archives(self) -> Path:
        """What was fetched for the examples."""
        return self.root / "examples"

    @property
    def frames(self) -> Path:
        """The rows of studies, as they were read."""
        return self.root / "frames"

    @property
    def prepared(self) -> Path:
        """Arrays, ready for training."""
        return self.root / "prepared"

    @property
    def runs(self) -> Path:
        """What runs left."""
        return self.root / "runs"

    @property
    def bundles(self) -> Path:
        """Model bundles of candidates."""
        return self.root / "bundles"

    def downloads(self, registry: str) -> Path:
        """Bundles that were downloaded from a registry, apart from those of any other."""
        return self.bundles / f"registry-{hashlib.sha256(registry.encode()).hexdigest()[:12]}"

    def docs(self, study: str) -> Path:
        """The data docs of a study."""
        return self.root / "data_docs" / study

    def set_aside(self, study: str) -> Path:
        """The rows that a study was to leave out."""
        return self.root / "set_aside" / study

    @property
    def reports(self) -> Path:
        """Of all studies, a folder each."""
        return self.root / "reports"

    def report(self, study: str) -> Path:
        """The tables, plots and evidence of a study's latest decision."""
        return self.reports / study

    def outcome(self, study: str) -> Path:
        """What a study last came to."""
        return self.root / "outcomes" / study

    def paces(self, study: str) -> Path:
        """What the runs of a study took."""
        return self.root / "paces" / f"{study}.json"
