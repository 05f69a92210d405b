"""One ward in one month: what was due and what came of it, who was called and who answered."""
