"""Between Python values and the API's JSON: parameters out, rows in."""

from odapi_async._wire.decoder import Decoder, decoder
from odapi_async._wire.marks import (
    RGB,
    TEN_DIGITS,
    TIME_PATTERN,
    Alias,
    AtMost,
    Between,
    Excluding,
    Matches,
    NullText,
    Since,
)
from odapi_async._wire.parameters import (
    DateLike,
    DateTimeLike,
    Ids,
    Money,
    TimeLike,
    check_rules,
    encode,
    encode_body,
    encode_query,
    encode_untyped,
    parameters,
)

__all__ = [
    "RGB",
    "TEN_DIGITS",
    "TIME_PATTERN",
    "Alias",
    "AtMost",
    "Between",
    "DateLike",
    "DateTimeLike",
    "Decoder",
    "Excluding",
    "Ids",
    "Matches",
    "Money",
    "NullText",
    "Since",
    "TimeLike",
    "check_rules",
    "decoder",
    "encode",
    "encode_body",
    "encode_query",
    "encode_untyped",
    "parameters",
]
