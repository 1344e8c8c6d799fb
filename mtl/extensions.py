"""Every point at which the program is extended by adding a file: what there is, and in which folder.

The contract of each is in the room that uses it; `infra/docs/extend.md` has a complete example of each.
"""

from typing import TYPE_CHECKING

from mtl.catalog import Catalog

if TYPE_CHECKING:
    from mtl.weighting.scheme import Scheme

SCHEMES: "Catalog[type[Scheme]]" = Catalog("scheme", "mtl.weighting.schemes")
