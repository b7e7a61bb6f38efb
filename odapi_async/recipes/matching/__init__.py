"""Finds the patient that a person is: `match` returns Found, Ambiguous or NotFound, and never guesses."""

from odapi_async.recipes.matching.match import Ambiguous, Found, Match, NotFound, match

__all__ = ["Ambiguous", "Found", "Match", "NotFound", "match"]
