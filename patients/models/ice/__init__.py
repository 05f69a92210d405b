"""What belongs to a patient's own ICE: how it is made, and what was written by hand."""
