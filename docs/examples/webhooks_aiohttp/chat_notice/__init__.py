"""Tells a chat on which days appointments have changed, as the offices of practices post it."""
