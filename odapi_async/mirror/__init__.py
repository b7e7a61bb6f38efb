"""Keep a local copy of many practices."""
