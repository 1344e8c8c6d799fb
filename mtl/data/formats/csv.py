"""Tables of text with commas between the cells."""

from typing import ClassVar, final

from mtl.data.delimited_format import DelimitedFormat
from mtl.extensions import FORMATS


@FORMATS.register
@final
class Csv(DelimitedFormat):
    """Text with commas between the cells, unless the spec names another separator."""

    separator: ClassVar[str] = ","
