"""Checks of a release: the archives, the wheel alone, the bill of materials and the notes."""
