"""The nurses, their browsers, what they type, and what is stored of it."""
