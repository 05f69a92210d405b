"""What is written into `docs/` from the rules and the table of fields."""
