"""The laboratory: analytes, their units in every spelling, and values that are worth a question."""
