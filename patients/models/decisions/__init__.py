"""The models of what clinicians decide: adjudications, and marks on the current step."""
