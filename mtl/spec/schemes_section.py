"""The weighting schemes that a study tries."""

from typing import Any, ClassVar

from mtl.catalog import Catalog
from mtl.extensions import SCHEMES
from mtl.spec.catalog_entry import CatalogEntry


class SchemeEntry(CatalogEntry):
    """A weighting scheme: its catalog name, or a mapping of its name and its options."""

    catalog: ClassVar[Catalog[Any]] = SCHEMES
