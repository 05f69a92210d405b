"""What a change would do to the grades, shown before anything is stored."""
