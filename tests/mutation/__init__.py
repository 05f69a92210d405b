"""Mutation testing of `grading/`: `python -m tests.mutation`. See CONTRIBUTING."""
