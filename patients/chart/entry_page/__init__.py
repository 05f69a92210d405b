"""The page of one entry: everything that was typed, and what became of it."""
