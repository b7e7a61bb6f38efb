"""Tells which patient is selected on a workstation, as the offices of practices post it."""
