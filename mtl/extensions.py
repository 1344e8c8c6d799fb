"""Every point at which the program is extended by adding a file: what there is, and in which folder.

The contract of each is in the room that uses it; `infra/docs/extend.md` has a complete example of each.
"""

from typing import TYPE_CHECKING

from mtl.catalog import Catalog

if TYPE_CHECKING:
    from mtl.baselines.baseline import Baseline
    from mtl.data.file_format import FileFormat
    from mtl.data.source import Source
    from mtl.evaluation.metric import Metric
    from mtl.examples.example_reader import Example
    from mtl.features.feature import Feature
    from mtl.features.numeric_embedding import NumericEmbedding
    from mtl.features.text_encoder import FrozenTextEncoder, TextEncoder
    from mtl.models.sharing_way import Sharing
    from mtl.tasks.kind import Kind
    from mtl.tasks.loss import Loss
    from mtl.weighting.scheme import Scheme

SHARING: "Catalog[type[Sharing]]" = Catalog("way of sharing", "mtl.models.sharing")
BASELINES: "Catalog[type[Baseline]]" = Catalog("baseline", "mtl.baselines.methods")
SCHEMES: "Catalog[type[Scheme]]" = Catalog("scheme", "mtl.weighting.schemes")
KINDS: "Catalog[type[Kind]]" = Catalog("kind of task", "mtl.tasks.kinds")
LOSSES: "Catalog[type[Loss]]" = Catalog("loss", "mtl.tasks.losses")
METRICS: "Catalog[type[Metric]]" = Catalog("metric", "mtl.evaluation.metrics")
FEATURES: "Catalog[type[Feature]]" = Catalog("kind of feature", "mtl.features.kinds")
NUMERIC_EMBEDDINGS: "Catalog[type[NumericEmbedding]]" = Catalog("numeric embedding", "mtl.features.numeric_embeddings")
TEXT_ENCODERS: "Catalog[type[TextEncoder | FrozenTextEncoder]]" = Catalog("text encoder", "mtl.features.text_encoders")
SOURCES: "Catalog[type[Source]]" = Catalog("data source", "mtl.data.sources")
FORMATS: "Catalog[type[FileFormat]]" = Catalog("file format", "mtl.data.formats")
EXAMPLES: "Catalog[type[Example]]" = Catalog("example", "mtl.examples.readers")
