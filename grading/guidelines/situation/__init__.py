"""All of a course that a management option may look at, at one moment."""
