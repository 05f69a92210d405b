"""Management options: what the literature offers for a situation, never what must be done."""
