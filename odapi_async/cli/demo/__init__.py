"""`odapi demo`: three practices streamed at once at their real pace, and what the server counted."""
