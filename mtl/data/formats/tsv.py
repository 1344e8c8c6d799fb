"""Tables of text with tabs between the cells."""

from typing import ClassVar, final

from mtl.data.delimited_format import DelimitedFormat
from mtl.extensions import FORMATS


@FORMATS.register
@final
class Tsv(DelimitedFormat):
    """Text with tabs between the cells."""

    separator: ClassVar[str] = "\t"
