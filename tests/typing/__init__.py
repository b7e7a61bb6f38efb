"""What type checkers see of the public API: `shapes` must have these types, `refusals` must be errors."""
