"""The one door: everything that changes what a grade depends on comes through here.

Each way in locks the course, checks, writes, regrades once and commits together. On PostgreSQL
the lock is the course's row; on SQLite the transaction itself (IMMEDIATE) lets one writer in.
"""

from patients.door.admissions import add_patient, admit, admit_with
from patients.door.amendments import amend, save_ward
from patients.door.entries import copy_to, enter, stop, strike_out

__all__ = [
    "add_patient",
    "admit",
    "admit_with",
    "amend",
    "copy_to",
    "enter",
    "save_ward",
    "stop",
    "strike_out",
]
