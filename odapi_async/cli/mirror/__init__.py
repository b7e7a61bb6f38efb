"""`odapi mirror`: what is to be copied, how far it is, and what has become of it."""
