"""Every point at which the program is extended by adding a file: what there is, and in which folder.

The contract of each is in the room that uses it; `infra/docs/extend.md` has a complete example of each.
"""

from typing import TYPE_CHECKING

from mtl.catalog import Catalog

if TYPE_CHECKING:
    from mtl.data.file_format import FileFormat
    from mtl.data.source import Source
    from mtl.examples.example import Example
    from mtl.features.feature import Feature
    from mtl.features.text_encoder import TextEncoder
    from mtl.weighting.scheme import Scheme

SCHEMES: "Catalog[type[Scheme]]" = Catalog("scheme", "mtl.weighting.schemes")
FEATURES: "Catalog[type[Feature]]" = Catalog("kind of feature", "mtl.features.kinds")
TEXT_ENCODERS: "Catalog[type[TextEncoder]]" = Catalog("text encoder", "mtl.features.text_encoders")
SOURCES: "Catalog[type[Source]]" = Catalog("data source", "mtl.data.sources")
FORMATS: "Catalog[type[FileFormat]]" = Catalog("file format", "mtl.data.formats")
EXAMPLES: "Catalog[type[Example]]" = Catalog("example", "mtl.examples.readers")
