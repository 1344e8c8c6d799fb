"""The ways in which the tasks of one network share parameters."""

from typing import Any, ClassVar

from mtl.catalog import Catalog
from mtl.extensions import SHARING
from mtl.spec.catalog_entry import CatalogEntry


class SharingEntry(CatalogEntry):
    """A way of sharing: its catalog name, or a mapping of its name and its options."""

    catalog: ClassVar[Catalog[Any]] = SHARING
