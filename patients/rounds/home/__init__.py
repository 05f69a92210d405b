"""Patients at home with the course open: their list and their calendar."""
