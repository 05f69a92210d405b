"""The table of findings: each field of a course is declared here once, for every level."""
