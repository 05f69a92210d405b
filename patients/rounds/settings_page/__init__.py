"""The page on which a ward sets its rounds: intervals, panel, shifts, and whom a call reaches."""
