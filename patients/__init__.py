"""What happened to a person, and the pages that show it."""
