"""The ward: stored entries, and the pages that show them."""
