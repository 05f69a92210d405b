"""The entries of a course as the rules see them: one module for each kind."""
