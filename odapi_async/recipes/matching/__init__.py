"""Finds the patient that a person is: `match` returns Found, Ambiguous or NoMatch, and never guesses."""

from odapi_async.recipes.matching.match import Ambiguous, Found, Match, NoMatch, match

__all__ = ["Ambiguous", "Found", "Match", "NoMatch", "match"]
