"""The one door: every change of data on which a grade depends comes through here.

A function that writes to a course locks it, checks, writes, regrades once and commits together. On
PostgreSQL the lock is the course's row; on SQLite the transaction itself (IMMEDIATE) lets one
writer in.
"""

from patients.door.admissions import add_patient, admit, admit_with
from patients.door.amendments import amend, save_ward
from patients.door.decisions import decide, mark
from patients.door.entries import copy_to, enter, strike_out
from patients.door.replays import admission_of
from patients.door.run_ends import RunEnd
from patients.door.runs import change_rate, correct_dose, start_run, stop

__all__ = [
    "RunEnd",
    "add_patient",
    "admission_of",
    "admit",
    "admit_with",
    "amend",
    "change_rate",
    "copy_to",
    "correct_dose",
    "decide",
    "enter",
    "mark",
    "save_ward",
    "start_run",
    "stop",
    "strike_out",
]
