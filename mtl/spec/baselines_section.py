"""What each gated task must be beaten on: the models that the study trains for one task alone."""

from typing import Any, ClassVar

from mtl.catalog import Catalog
from mtl.extensions import BASELINES
from mtl.spec.catalog_entry import CatalogEntry


class BaselineEntry(CatalogEntry):
    """A baseline: its catalog name, or a mapping of its name and its options."""

    catalog: ClassVar[Catalog[Any]] = BASELINES
