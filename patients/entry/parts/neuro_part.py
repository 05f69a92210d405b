"""The neurologic part of the assessment form: its one-tap answers, and what it asks about them.

“All clear” takes one tap where the last one was clear. Where it was not, the button says what was
found last, and the form asks before it saves; so it does when all is answered one by one, or on a
page that was opened before somebody else examined the patient.
"""

from __future__ import annotations

from typing import Any

from grading.record import Findings
from grading.rules.neurotoxicity.ice import ICE_FULL_SCORE, recorded_total
from grading.vocabulary import ICE_ITEMS, Consciousness, IceItem, Motor, Seizure
from patients.entry.answers import answer_in_words, as_tapped
from patients.entry.finding_fields import FindingsForm
from patients.forms.fields import QuestionField
from patients.forms.remarks import Offer
from patients.reading.bedside import Bedside
from patients.words import wording

ALL_RIGHT = {f"ice_{item}": points for item, points in ICE_ITEMS.items()}
CLEAR: dict[str, Any] = {
    "consciousness": Consciousness.SPONTANEOUS,
    "seizure": Seizure.NONE,
    "motor": Motor.NONE,
    "icp": (),
}
"""The answers of a patient who is awake, without seizure, weakness or sign of raised ICP."""


def all_ten_correct(bedside: Bedside) -> Offer:
    """One tap for ten points; its label asks where the last examination was another."""
    unclear = last_unclear_ice(bedside)
    return Offer.of(f"{unclear}; now all ten correct?" if unclear else "all ten correct", ALL_RIGHT)


def awake_and_nothing_else(bedside: Bedside) -> Offer:
    """One tap for the other neurologic answers; its label asks where one was not clear last."""
    values = {name: as_tapped(value) for name, value in CLEAR.items()}
    label = "awake; no seizure, weakness or ICP sign"
    unclear = last_unclear_signs(bedside)
    return Offer.of(f"{unclear}; now {label}?" if unclear else label, values)


def last_unclear_ice(bedside: Bedside) -> str:
    """What the last ICE was, where it was not ten points, or how the patient woke since then.

    Empty where it was ten points, and where none is recorded.
    """
    last = last_ice(bedside)
    waking = bedside.last("consciousness")
    if last is not None and (words := _unclear_ice(last)):
        return f"{words} at {_clock(bedside, last)}"
    if waking is not None and waking.value != CLEAR["consciousness"]:
        return f"{waking.text} at {wording.clock_or_date(waking.at, bedside.now, bedside.zone)}"
    return ""


def last_ice(bedside: Bedside) -> Findings | None:
    """The latest assessment in which ICE was scored, or a reason given why it was not done."""
    for row in bedside.earlier:
        if row.ice_not_done is not None or row.ice_total is not None or row.has_ice_points():
            return row
    return None


def _unclear_ice(last: Findings) -> str:
    """The last ICE in words where it was not ten points."""
    total = recorded_total(last)
    if last.ice_not_done is not None:
        return answer_in_words("ice_not_done", last.ice_not_done)
    if total is None:
        return "ICE was done in part"
    return f"ICE was {total}" if total < ICE_FULL_SCORE else ""


def last_unclear_signs(bedside: Bedside) -> str:
    """The other neurologic answers that were not clear when they were last recorded."""
    return ", ".join(
        f"{answer_in_words(name, last.value)} at "
        f"{wording.clock_or_date(last.at, bedside.now, bedside.zone)}"
        for name, clear in CLEAR.items()
        if (last := bedside.last(name)) is not None and last.value != clear
    )


def _clock(bedside: Bedside, row: Findings) -> str:
    return wording.clock_or_date(bedside.at(row.elapsed), bedside.now, bedside.zone)


class NeuroPart(FindingsForm):
    """The questions about ICE, waking and the signs that cleared."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ice_done"] = QuestionField("ICE")

    def look_at_neuro(self) -> None:
        """Ask where ICE and waking contradict each other, where all cleared, and at a half ICE."""
        self._look_at_waking()
        self._look_at_half_ice()
        then = self.bedside_then()
        if self._ice_sum() == ICE_FULL_SCORE and (unclear := last_unclear_ice(then)):
            text = f"{unclear[0].upper()}{unclear[1:]}, now {ICE_FULL_SCORE}?"
            yes = f"yes, ICE is {ICE_FULL_SCORE} now"
            self.ask("ice_done", f"{ICE_FULL_SCORE} after {unclear}", text, yes=yes)
        is_clear = all(self._is_clear(name) for name in CLEAR)
        if is_clear and (unclear := last_unclear_signs(then)):
            text = f"{unclear[0].upper()}{unclear[1:]}; now awake and nothing else?"
            self.ask("consciousness", f"clear after {unclear}", text, yes="yes, all clear now")

    def _is_clear(self, name: str) -> bool:
        value = self.value(name)
        return value is not None and as_tapped(value) == as_tapped(CLEAR[name])

    def _look_at_waking(self) -> None:
        """Ask where ICE and waking contradict each other."""
        waking, ice_sum = self.value("consciousness"), self._ice_sum()
        if waking == "unarousable" and ice_sum is not None and ice_sum > 0:
            text = f"Cannot be woken, and ICE {ice_sum}: one of them looks wrong."
            about = f"unarousable with ICE {ice_sum}"
            self.ask("consciousness", about, text, yes="both are right")
        if self.value("ice_not_done") == "unarousable" and waking in ("spontaneous", "voice"):
            text = "ICE was not done because the patient cannot be woken, yet the patient wakes."
            self.ask("consciousness", "awake but ICE unarousable", text, yes="both are right")

    def _look_at_half_ice(self) -> None:
        """Ask at saving whether an examination that was done in part was broken off there."""
        points = self.entered("ice")
        if points is None or not (not_scored := self._not_scored(points)):
            return
        text = f"ICE is half done. Not scored: {', '.join(not_scored)}. Was it broken off there?"
        yes = "yes: save it as done in part"
        self.ask_at_saving("ice_done", f"without {', '.join(not_scored)}", text, yes=yes)

    def ice_count(self) -> str:
        """The running total of the items, and which are still to be scored."""
        points = self.entered("ice")
        if points is None:
            return ""
        total = sum(number for number in points.values() if number is not None)
        if not_scored := self._not_scored(points):
            return f"{total} so far; not scored: {', '.join(not_scored)}"
        return f"{total} of {ICE_FULL_SCORE}"

    @staticmethod
    def _not_scored(points: dict[str, int | None]) -> list[str]:
        return [IceItem(item).label for item, number in points.items() if number is None]

    def _ice_sum(self) -> int | None:
        points: dict[str, int | None] | None = self.entered("ice")
        if points is not None:
            return sum(number for number in points.values() if number is not None)
        total: int | None = self.entered("ice_total")
        return total
