"""The commands: each module reads options and prints; what they do stands in the modules above."""
