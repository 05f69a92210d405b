"""An entry put right: its values changed by a new row that replaces it, and what leads there."""
