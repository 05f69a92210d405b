"""Which of several results of one analyte and one specimen time counts, by the laboratory's status.

The order in which they arrived decides only between two of one kind:

- A corrected result replaces every other; of several the last one counts.
- A final one, or one without a status, replaces every preliminary one, also one that came later.
- Of several preliminary ones the last counts; it is used, with a caution.
- One that was entered in error does not count, and takes with it the same value of the same time.
- Several final ones all count: they may be of two specimens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grading.record import Lab
from grading.vocabulary import LabStatus

_STANDING_ALONE = (None, LabStatus.FINAL)
"""The statuses of results that replace nothing of their own kind, and are replaced by none."""


def replaced_results(labs: Sequence[Lab]) -> dict[int, Lab | None]:
    """The results that do not count, by their place in `labs`, with the one that replaced each.

    None where it was entered in error. `labs` are in order of time, and within one time as they
    were entered.
    """
    if all(lab.status in _STANDING_ALONE for lab in labs):
        return {}
    samples: dict[object, list[int]] = {}
    for place, lab in enumerate(labs):
        samples.setdefault((lab.analyte, lab.elapsed), []).append(place)
    replaced: dict[int, Lab | None] = {}
    for places in samples.values():
        if not all(labs[place].status in _STANDING_ALONE for place in places):
            replaced |= _replaced_of_one_sample(labs, places)
    return replaced


def _replaced_of_one_sample(labs: Sequence[Lab], places: list[int]) -> dict[int, Lab | None]:
    withdrawn = set(_withdrawn(labs, places))
    standing = [place for place in places if place not in withdrawn]
    replaced: dict[int, Lab | None] = dict.fromkeys(withdrawn)
    corrected = [place for place in standing if labs[place].status == LabStatus.CORRECTED]
    early = [place for place in standing if labs[place].status == LabStatus.PRELIMINARY]
    final = [place for place in standing if place not in early and place not in corrected]
    counting = corrected[-1:] if corrected else final or early[-1:]
    by = labs[counting[-1]] if counting else None
    return replaced | {place: by for place in standing if place not in counting}


def _withdrawn(labs: Sequence[Lab], places: list[int]) -> Iterable[int]:
    """Results entered in error, and those with the same value, unless it was corrected to it."""
    wrong = {
        (labs[place].value, labs[place].comparator, labs[place].unit)
        for place in places
        if labs[place].status == LabStatus.ENTERED_IN_ERROR
    }
    for place in places:
        lab = labs[place]
        is_same = (lab.value, lab.comparator, lab.unit) in wrong
        if is_same and lab.status != LabStatus.CORRECTED:
            yield place
