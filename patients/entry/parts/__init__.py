"""The parts of the assessment form, each with its questions."""
