"""The site, its database and its disk, and what goes wrong with them."""
