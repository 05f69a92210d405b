"""One mark of the record: what somebody answered to a line of the current step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from grading.vocabulary import StepAnswer

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
"""The shape of a code. It is no closed list: a line that is offered no more stays readable."""
LONGEST_CODE = 60
HIGHEST_GRADE = 5


@dataclass(slots=True)
class StepMark:
    """One answer to a line of the current step, given at `elapsed`.

    `code` and `line_toxicity` are those of the line, `grade` the grade for which it stood, `text`
    its words as they were shown. `until` is the time up to which it was deferred. Times are since
    the first infusion.
    """

    elapsed: timedelta
    code: str
    line_toxicity: str
    answer: str
    text: str
    grade: int | None = None
    until: timedelta | None = None
    reason: str = ""
    uid: str = ""
    note: str = ""


def unfit_mark(
    mark: Any, times: tuple[str, str] = ("elapsed", "until")
) -> Iterator[tuple[str, str]]:
    """The values of a mark that do not fit: the name of each, and the reason.

    `mark` has the names of `StepMark`, but for its time and the end of a delay, which are in
    `times`.
    """
    answer, (at, until) = mark.answer, (getattr(mark, name) for name in times)
    for name in ("code", "line_toxicity"):
        word = getattr(mark, name)
        if len(word) > LONGEST_CODE or CODE.fullmatch(word) is None:
            yield name, "is no code: lower case words with underscores between them"
    if mark.grade is not None and not 0 <= mark.grade <= HIGHEST_GRADE:
        yield "grade", f"{mark.grade} is outside 0–{HIGHEST_GRADE}"
    if not mark.text.strip():
        yield "text", "is needed: the words of the line"
    if answer != StepAnswer.DONE and not (mark.reason or "").strip():
        yield "reason", f"is needed where a line is {answer}"
    if until is not None and answer != StepAnswer.DEFERRED:
        yield times[1], "belongs to a line that is deferred"
    elif until is not None and at is not None and until <= at:
        yield times[1], "is not after the time of the mark"
