"""A toxicity over the course: its episodes, recovery from it, and the grade that stands."""
