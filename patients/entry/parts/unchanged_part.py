"""What was not entered, confirmed as unchanged since the last time.

A set of vital signs alone says nothing about support and waking, and cannot be graded. Where all of
it is known and nothing has changed since, one tap saves with the rest unchanged; else the form asks
once, at saving. What is confirmed is stored as observed now; it stands in the answer itself, so
that nothing else is stored than what was read. Never among it are the points of ICE or CAPD, which
have a tick of their own by name, and what happened once: a fluid bolus, a seizure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django.http import QueryDict

from grading.record import Findings
from grading.rules.neurotoxicity.icans_facts import CAPD, ICE
from grading.rules.neurotoxicity.ice import recorded_total
from grading.table.fields import Part
from grading.vocabulary import NotDone, Seizure
from patients.entry.answers import answer_in_words, as_tapped
from patients.entry.finding_fields import FindingsForm, names_in
from patients.entry.parts.support_part import drugs_in_words, oxygen_in_words, support_values
from patients.forms.course_form import BLOCKED_BEFORE
from patients.forms.fields import QuestionField
from patients.forms.remarks import REST_OFFER, Offer, Remark
from patients.reading.bedside import Bedside
from patients.words import wording

NOT_ENTERED = "not entered"
UNCHANGED_WITHIN = timedelta(hours=24)
"""What was recorded longer ago is not offered as unchanged."""

VITALS = [name for name in names_in(Part.VITALS, Part.FEVER) if name != "measured_weight_kg"]
"""Without the weight: whoever only weighs a patient is not asked for support and waking."""
CIRCULATION = ("hypotension", "vasopressors")
OXYGEN = ("oxygen_device", "oxygen_flow_l_min", "fio2_percent", "positive_pressure_for")
"""The device with what belongs to it: taken together or not at all."""
SIGNS = ("consciousness", "seizure", "motor", "icp")
SCORED = {
    ICE: ("ice", "ice_total", "ice_not_done"),
    CAPD: ("capd_total", "capd_not_done"),
}
"""The findings of each test; the last one is the reason why it was not done."""
SCORES = tuple(name for names in SCORED.values() for name in names)
MEASURED = (*VITALS, "ice", "ice_total", "capd_total")
"""What somebody has to have measured before the rest can be confirmed in one tap."""
NOT_LASTING = frozenset({NotDone.ASLEEP, NotDone.REFUSED, NotDone.OFF_WARD, NotDone.APHASIA})
"""The reasons against an examination that pass; and aphasia, which is 0 points of ICE. Every other
one lasts as long as the state of the patient does."""


@dataclass(slots=True)
class Unchanged:
    """Answers of the last time: as they are filled in, in words, and when they were recorded.

    `is_changed`: a run began or ended since then.
    """

    values: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    times: set[datetime] = field(default_factory=set)
    is_changed: bool = False

    def add(self, values: dict[str, Any], words: str, at: datetime) -> None:
        self.values |= values
        self.words.append(words)
        self.times.add(at)


class UnchangedPart(FindingsForm):
    """The rest: one tap that saves with it, or the question about it at saving."""

    saving: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rest"] = QuestionField("The rest")

    def full_clean(self) -> None:
        """As of every form; a new page offers the rest before anything is typed."""
        super().full_clean()
        if not self.is_bound and self.bedside.leaving_out is None:
            offered = self._one_tap(self.bedside, *self._rest(self.bedside))
            vars(self.fields["rest"])["remarks"] = offered

    def look_at_rest(self) -> None:
        """Offer to save with the rest unchanged, or ask about it at saving.

        A correction is not asked: it shows what was stored.
        """
        if self.bedside.leaving_out is not None:
            return
        then, is_asked = self.bedside_then(), "rest" in self._asked_before()
        rest = self._rest(then)
        if REST_OFFER in self.data and not is_asked and self._has_no(*MEASURED):
            self.refuse("rest", "Type the vital signs first: the rest alone is no set.")
        elif not self.saving and not is_asked:
            for remark in self._one_tap(then, *rest):
                self.say("rest", remark)
        self._ask_about_rest(then, *rest)

    def _asked_before(self) -> list[str]:
        return cast("QueryDict", self.data).getlist(BLOCKED_BEFORE)

    def _rest(self, then: Bedside) -> tuple[Unchanged, Unchanged]:
        """The support and the neurologic answers of the last time that were not entered now."""
        return self._support(then), self._signs(then)

    def _one_tap(self, then: Bedside, support: Unchanged, signs: Unchanged) -> list[Remark]:
        """The tap that saves with all of the rest, where all is known and nothing has changed."""
        values = support.values | signs.values
        is_whole = values and not self._misses_some(values)
        if not is_whole or support.is_changed or self._is_low_by_now(values) or then.death:
            return []
        text = "\n".join(
            [f"The rest{_since(then, support, signs)}:", *_lines(then, support, signs)]
        )
        offer = Offer.of_rest("Save with the rest unchanged", values)
        ticks = self.as_ticked(_ticks(then)) if self._has_no(*SCORES) else ()
        return [Remark("offered", text, (offer,), along=tuple(ticks))]

    def _is_low_by_now(self, values: dict[str, Any]) -> bool:
        """Whether “no hypotension” would be repeated beside a pressure that is low."""
        pressure = self.value("systolic_mmhg"), self.value("diastolic_mmhg")
        at = self.value("observed_at") or self.now
        is_denied = values.get("hypotension") == "no"
        return is_denied and self.bedside.has_low_pressure(*pressure, at) is True

    def _misses_some(self, values: dict[str, Any]) -> bool:
        """Whether support and neurologic answers would not be whole with these values."""
        denied = self.value("hypotension") is False or values.get("hypotension") == "no"
        needed = ["hypotension", "oxygen_device", *SIGNS]
        needed += [] if denied else ["vasopressors"]
        return any(self.value(name) is None and name not in values for name in needed)

    def _ask_about_rest(self, then: Bedside, support: Unchanged, signs: Unchanged) -> None:
        """Ask whether support and neurologic answers that were left out are unchanged."""
        support = support if self._asks_support() else Unchanged()
        signs = signs if self._asks_signs() else Unchanged()
        if not support.values and not signs.values:
            return
        answers = [("yes: save with it", support.values | signs.values)]
        if support.values and signs.values:
            answers.append(("only the support", support.values))
            answers.append(("only the neurologic", signs.values))
        lines = [f"Is the rest{_since(then, support, signs)}?", *_lines(then, support, signs)]
        if self.data.get(REST_OFFER):  # one part was confirmed: the other was answered with it
            self.confirm("rest", NOT_ENTERED)
        self.ask_at_saving(
            "rest",
            NOT_ENTERED,
            "\n".join(lines),
            yes="no: save only what is entered",
            offers=[Offer.of_rest(label, values) for label, values in answers],
            along=_ticks(then) if signs.values and self._has_no(*SCORES) else (),
        )

    def _has_no(self, *names: str) -> bool:
        return all(self.entered(name) is None for name in names)

    def _left_out(self) -> list[str]:
        """What CRS needs and was not entered; under “no hypotension” no vasopressor is asked."""
        names = [name for name in ("hypotension", "oxygen_device") if self.value(name) is None]
        if self.value("vasopressors") is None and self.value("hypotension") is not False:
            names.append("vasopressors")
        return names

    def _asks_support(self) -> bool:
        """Whether a part of what CRS is graded by was entered, and a part of it was not."""
        begun = (*VITALS, *CIRCULATION, "fluid_bolus", *OXYGEN)
        return not self._has_no(*begun) and bool(self._left_out())

    def _support(self, then: Bedside) -> Unchanged:
        """The support of the last time with what runs now, as far as it was not entered."""
        unchanged, support = Unchanged(), then.support_at(then.now)
        if support is None or support.last is None:
            return unchanged
        last, at = support.last, then.at(support.last.elapsed)
        unchanged.is_changed = support.is_changed()
        if then.now - at > UNCHANGED_WITHIN:
            return unchanged
        values = support_values(support)
        words = {
            "hypotension": answer_in_words("hypotension", support.hypotension),
            "vasopressors": drugs_in_words(support),
            "fluid_bolus": answer_in_words("fluid_bolus", last.fluid_bolus),
        }
        left_out = [name for name in words if name in values and self.value(name) is None]
        for name in left_out:
            if name != "fluid_bolus" or last.fluid_bolus is False:
                unchanged.add({name: values[name]}, words[name], at)
        if self.value("oxygen_device") is None and last.oxygen_device is not None:
            oxygen = {name: values[name] for name in OXYGEN if name in values}
            unchanged.add(oxygen, oxygen_in_words(last), at)
        return unchanged

    def _asks_signs(self) -> bool:
        """Whether the neurologic answers are incomplete, or vital signs alone were entered."""
        left_out = [name for name in SIGNS if self.value(name) is None]
        is_begun = len(left_out) < len(SIGNS) or not self._has_no(*SCORES)
        is_vitals_alone = not self._has_no(*VITALS) and self._has_no(*CIRCULATION, *OXYGEN)
        return bool(left_out) and (is_begun or is_vitals_alone)

    def _signs(self, then: Bedside) -> Unchanged:
        """The neurologic answers of the last time that were not entered now."""
        unchanged = Unchanged()
        for name in SIGNS:
            last = then.last(name)
            if last is None or then.now - last.at > UNCHANGED_WITHIN:
                continue
            happened_once = name == "seizure" and last.value != Seizure.NONE
            if self.value(name) is None and not happened_once:
                words = answer_in_words(name, last.value)
                unchanged.add({name: as_tapped(last.value)}, words, last.at)
        for names in SCORED.values():
            row, reason = _last_with(then, names), names[-1]
            value = None if row is None else getattr(row, reason)
            if row is None or value is None or value in NOT_LASTING:
                continue
            if self._has_no(*names):
                unchanged.add({reason: value}, answer_in_words(reason, value), then.at(row.elapsed))
        return unchanged


def _since(then: Bedside, support: Unchanged, signs: Unchanged) -> str:
    """How long the rest is unchanged, where all of it was recorded at one time."""
    clocks = {_clock(then, at) for at in support.times | signs.times}
    return f" unchanged since {clocks.pop()}" if len(clocks) == 1 else " unchanged"


def _lines(then: Bedside, support: Unchanged, signs: Unchanged) -> list[str]:
    """What would be stored: Support at 09:09: no hypotension, room air."""
    lines = []
    for name, part in (("Support", support), ("Neurologic", signs)):
        clocks = ", ".join(_clock(then, at) for at in sorted(part.times))
        if part.words:
            lines.append(f"{name} at {clocks}: {', '.join(part.words)}.")
    return lines


def _ticks(then: Bedside) -> list[Offer]:
    """A tick for the points of the last ICE or CAPD: it was done again, with the same points."""
    ticks = []
    for test, names in SCORED.items():
        row = _last_with(then, names)
        if row is None:
            continue
        total = recorded_total(row) if test == ICE else row.capd_total
        if total is None or getattr(row, names[-1]) is not None:
            continue
        values: dict[str, Any] = {f"{test}_total": total}
        if test == ICE and row.ice is not None:
            values = {f"ice_{item}": points for item, points in row.ice.items()}
        at = _clock(then, then.at(row.elapsed))
        label = f"{test.upper()} done again now, the same {total} points as at {at}"
        ticks.append(Offer.of(label, values))
    return ticks


def _last_with(then: Bedside, names: tuple[str, ...]) -> Findings | None:
    """The last assessment with one of these findings; None where it is too long ago."""
    for row in then.earlier:
        if then.elapsed - row.elapsed > UNCHANGED_WITHIN:
            return None
        if any(getattr(row, name) is not None for name in names):
            return row
    return None


def _clock(then: Bedside, at: datetime) -> str:
    return wording.clock_or_date(at, then.now, then.zone)
