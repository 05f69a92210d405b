"""Drafts: what somebody has typed into a form and not saved yet. No record reads them."""
