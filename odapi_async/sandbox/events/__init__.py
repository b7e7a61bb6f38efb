"""The events that an office posts to the URLs of its subscriptions, written from the reference alone."""
