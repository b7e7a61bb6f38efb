"""`odapi demo`: streams three practices at once at their real pace, and shows the server's counts."""
