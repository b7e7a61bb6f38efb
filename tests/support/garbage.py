"""Keeps the collector of garbage affordable: it walks over whatever lives, and here that is much.

Eleven thousand tests and all that they import live as long as the run.
"""

import gc


def set_aside() -> None:
    """Collect garbage, and let no later collection walk over what is left."""
    gc.collect()
    gc.freeze()
